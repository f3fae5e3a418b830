"""What is said: to and by the customer, and among colleagues where no customer ever reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import ActorKind, Asker
from domain.conversations import (
    ConversationStatus,
    MessageAuthor,
    NoteKind,
    NoteTopic,
    check_not_on_hold,
    check_open,
)
from domain.errors import InvalidInput, NotFound, NotPermitted, VersionConflict
from domain.events import CustomerMessagePosted, NoteEdited, NotePosted, TranscriptMessageAdded
from domain.ids import new_id
from domain.streams import conversation_stream, customer_stream, notes_stream
from models.columns import database_now
from models.conversations import conversations, participants
from models.database import first
from models.messages import CustomerMessage, InternalNote, SuggestionUse, messages, notes
from models.unit_of_work import UnitOfWork
from resolvers import access, deadlines, waiting
from resolvers.changes import Changed

n = notes.c


async def post_message(
    work: UnitOfWork,
    conversation_id: UUID,
    author: MessageAuthor,
    words: str,
    now: datetime,
    sent_by_id: UUID | None = None,
) -> CustomerMessage:
    """Add a message to the transcript and tell both sides, each on a stream of its own."""
    message = CustomerMessage(
        id=new_id(),
        conversation_id=conversation_id,
        author=author,
        sent_by_id=sent_by_id,
        text=words,
        sent_at=now,
    )
    await work.add(message)
    work.record(CustomerMessagePosted(message.id), conversation_stream(conversation_id))
    work.record(TranscriptMessageAdded(message.id), customer_stream(conversation_id))
    return message


async def send_reply(
    work: UnitOfWork,
    asker: Asker,
    conversation_id: UUID,
    words: str,
    used_note_id: UUID | None = None,
) -> Changed:
    """Say something for the service; a reply may name the note that suggested it."""
    words = text.required(words, text.MESSAGE, "input", "text")
    here = await access.conversation_to_change(work, asker, conversation_id)
    check_not_on_hold(here.status)
    if used_note_id is not None:
        await _check_suggestion(work, here.id, used_note_id)
    await waiting.stop(work, here.id)
    message = await post_message(
        work, here.id, MessageAuthor.SERVICE, words, here.now, asker.actor.id
    )
    if used_note_id is not None:
        await work.add(SuggestionUse(message_id=message.id, note_id=used_note_id))
    return Changed(conversation_id=here.id, message_id=message.id)


async def _check_suggestion(work: UnitOfWork, conversation_id: UUID, note_id: UUID) -> None:
    here = (n.id == note_id) & (n.conversation_id == conversation_id)
    row = await first(work, sa.select(n.suggested_reply).where(here))
    path = ["input", "usedNoteId"]
    if row is None:
        raise NotFound(access.GONE, path=path)
    if row.suggested_reply is None:
        raise InvalidInput("This note suggests no reply.", path=path)


async def send_customer_message(
    work: UnitOfWork, asker: Asker, conversation_id: UUID | None, words: str
) -> Changed:
    """Say something as the customer, or as the host system on the customer's behalf."""
    words = text.required(words, text.MESSAGE, "input", "text")
    own = await _customers_conversation(work, asker, conversation_id)
    await deadlines.lock(work, own)
    now = await deadlines.settle(work, own)
    c = conversations.c
    row = await first(work, sa.select(c.status).where(c.id == own))
    check_open(row.status)
    message = await post_message(work, own, MessageAuthor.CUSTOMER, words, now)
    if row.status is ConversationStatus.OPEN:
        await waiting.begin(work, own, now)
    return Changed(conversation_id=own, message_id=message.id)


async def _customers_conversation(
    work: UnitOfWork, asker: Asker, conversation_id: UUID | None
) -> UUID:
    actor, c = asker.actor, conversations.c
    wanted = conversation_id if conversation_id is not None else actor.conversation_id
    if wanted is None:
        raise InvalidInput("Name the conversation.", path=["input", "conversationId"])
    found = sa.select(c.id).where(c.id == wanted, c.organization_id == actor.organization_id)
    if actor.kind is ActorKind.CUSTOMER:
        found = found.where(c.id == actor.conversation_id, c.customer_id == actor.id)
    if await first(work, found) is None:
        raise NotFound(access.GONE)
    return wanted


@dataclass(frozen=True)
class NoteDraft:
    """What a note shall say; only guidance teaches something and suggests a reply."""

    kind: NoteKind
    text: str
    topic: NoteTopic | None = None
    suggested_reply: str | None = None
    about_message_id: UUID | None = None

    def checked(self) -> NoteDraft:
        words = text.required(self.text, text.NOTE, "input", "text")
        reply = text.optional(self.suggested_reply, text.MESSAGE, "input", "suggestedReply")
        for name, value in (("topic", self.topic), ("suggestedReply", reply)):
            if value is not None and self.kind is not NoteKind.GUIDANCE:
                raise InvalidInput("Only a GUIDANCE note can have this.", path=["input", name])
        return replace(self, text=words, suggested_reply=reply)


async def mark_read(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    """Note that the asker has read everything that was said so far."""
    here = await access.conversation_to_change(work, asker, conversation_id)
    p = participants.c
    await work.change(
        sa.update(participants).where(p.id == here.participant_id).values(read_at=here.now)
    )
    return Changed(conversation_id=here.id)


async def post_note(
    work: UnitOfWork,
    asker: Asker,
    conversation_id: UUID,
    draft: NoteDraft,
) -> Changed:
    draft = draft.checked()
    here = await access.conversation_to_change(work, asker, conversation_id)
    if draft.about_message_id is not None:
        await _check_message(work, here.id, draft.about_message_id)
    note = InternalNote(
        id=new_id(),
        conversation_id=here.id,
        author_id=asker.actor.id,
        posted_at=here.now,
        **vars(draft),
    )
    await work.add(note)
    work.record(NotePosted(note.id), notes_stream(here.id))
    return Changed(conversation_id=here.id, note_id=note.id)


async def _check_message(work: UnitOfWork, conversation_id: UUID, message_id: UUID) -> None:
    m = messages.c
    here = sa.select(m.id).where(m.id == message_id, m.conversation_id == conversation_id)
    if await first(work, here) is None:
        raise NotFound(access.GONE, path=["input", "aboutMessageId"])


async def edit_note(
    work: UnitOfWork, asker: Asker, note_id: UUID, words: str, expected_version: int
) -> Changed:
    """Change one's own note, unless somebody changed it since it was read."""
    words = text.required(words, text.NOTE, "input", "text")
    here, note = await access.note_to_edit(work, asker, note_id)
    if note.author_id != asker.actor.id:
        raise NotPermitted("Only its author can edit a note.")
    edited = await work.change(
        sa.update(notes)
        .where(n.id == note_id, n.version == expected_version)
        .values(text=words, version=n.version + 1, edited_at=database_now())
    )
    if not edited:
        raise VersionConflict(
            "This note has changed since you read it; look at it and decide again.",
            type="InternalNote",
            id=str(note_id),
            version=note.version,
        )
    work.record(NoteEdited(note_id, expected_version + 1), notes_stream(here.id))
    return Changed(conversation_id=here.id, note_id=note_id)
