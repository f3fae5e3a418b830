"""Reads of messages and notes: by standing for agents, by their one conversation for customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationStatus, MessageAuthor, NoteKind, NoteTopic
from models.columns import among
from models.conversations import conversations
from models.database import Query, Reads
from models.messages import messages, notes, suggestion_uses
from models.narrowing import narrows
from models.organizations import organizations
from models.prepared import given, prepared
from models.shapes import shape
from models.visibility import current_conversation_status, heard_in, resumes_at
from resolvers.reads.hiding import hidden_from, pages_hidden_from
from resolvers.reads.organizations import ServiceIdentityView
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class MessageView:
    id: UUID
    conversation_id: UUID
    author: MessageAuthor
    sent_by_id: UUID | None
    text: str
    sent_at: datetime
    used_note_id: UUID | None


@dataclass(frozen=True)
class NoteView:
    id: UUID
    conversation_id: UUID
    author_id: UUID
    about_message_id: UUID | None
    kind: NoteKind
    topic: NoteTopic | None
    text: str
    suggested_reply: str | None
    version: int
    posted_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True)
class TranscriptMessageView:
    """A message as the customer sees it: no agent in it."""

    id: UUID
    author: MessageAuthor
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class CustomerConversationView:
    id: UUID
    status: ConversationStatus
    opened_at: datetime
    closed_at: datetime | None
    resumes_at: datetime | None
    service_identity: ServiceIdentityView


m, n = messages.c, notes.c
used_note_id = (
    sa.select(suggestion_uses.c.note_id)
    .where(suggestion_uses.c.message_id == m.id)
    .scalar_subquery()
)
MESSAGE = shape(MessageView, messages, used_note_id=used_note_id)
NOTE = shape(NoteView, notes)
TRANSCRIPT = shape(TranscriptMessageView, messages)
MESSAGES_OLDEST_FIRST = Order((m.sent_at, m.id))
NOTES_OLDEST_FIRST = Order((n.posted_at, n.id))
IN_MESSAGES = ("text",)
IN_NOTES = ("text", "suggested_reply")


def visible_messages(actor: Actor) -> Query:
    return MESSAGE.select().where(heard_in(m.conversation_id, m.sent_at, actor))


def visible_notes(actor: Actor) -> Query:
    return NOTE.select().where(heard_in(n.conversation_id, n.posted_at, actor))


def _of_kinds(actor: Actor, **values: Any) -> Query:
    found = visible_notes(actor)
    return found.where(among(n.kind, values["kinds"])) if values else found


def _transcript(actor: Actor) -> Query:
    c = conversations.c
    theirs = (
        sa.select(c.id)
        .where(c.id == actor.conversation_id, c.customer_id == actor.id)
        .scalar_subquery()
    )
    return TRANSCRIPT.select().where(m.conversation_id == theirs)


def _customer_conversation(actor: Actor) -> Query:
    c, o = conversations.c, organizations.c
    return (
        sa.select(
            *(c.id, current_conversation_status(), c.opened_at, c.closed_at, resumes_at()),
            *(o.service_name, o.service_avatar_url),
        )
        .join_from(conversations, organizations)
        .where(
            c.id == actor.conversation_id,
            c.customer_id == actor.id,
            c.organization_id == actor.organization_id,
        )
    )


MESSAGES = Listing(MESSAGE, visible_messages, m.conversation_id)
MESSAGES_BY_ID = prepared(
    lambda actor, ids: visible_messages(actor).where(among(m.id, ids)), MessageView
)
NOTES = Listing(NOTE, _of_kinds, n.conversation_id)
NOTES_BY_ID = prepared(lambda actor, ids: visible_notes(actor).where(among(n.id, ids)), NoteView)
TRANSCRIPTS = Listing(TRANSCRIPT, _transcript)
TRANSCRIPT_BY_ID = prepared(
    lambda actor, ids: _transcript(actor).where(among(m.id, ids)), TranscriptMessageView
)
CUSTOMER_CONVERSATION = prepared(_customer_conversation)


@narrows("id")
async def messages_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, MessageView]:
    found = await MESSAGES_BY_ID.all(reads, actor, ids=ids)
    return {view.id: view for view in await hidden_from(actor, reads, found, *IN_MESSAGES)}


@narrows("id")
async def notes_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, NoteView]:
    found = await NOTES_BY_ID.all(reads, actor, ids=ids)
    return {view.id: view for view in await hidden_from(actor, reads, found, *IN_NOTES)}


@narrows()
async def messages_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID], page: PageRequest
) -> Mapping[UUID, PageView[MessageView]]:
    pages = await MESSAGES.pages(reads, actor, conversation_ids, MESSAGES_OLDEST_FIRST, page)
    return await pages_hidden_from(actor, reads, pages, *IN_MESSAGES)


@narrows()
async def notes_of(
    reads: Reads,
    actor: Actor,
    conversation_ids: Sequence[UUID],
    page: PageRequest,
    kinds: tuple[NoteKind, ...] | None,
) -> Mapping[UUID, PageView[NoteView]]:
    chosen = given(kinds=kinds)
    pages = await NOTES.pages(reads, actor, conversation_ids, NOTES_OLDEST_FIRST, page, **chosen)
    return await pages_hidden_from(actor, reads, pages, *IN_NOTES)


async def customer_conversation(reads: Reads, actor: Actor) -> CustomerConversationView | None:
    """Return the one conversation that a customer's token names."""
    row = await CUSTOMER_CONVERSATION.first(reads, actor)
    return row and CustomerConversationView(*row[:5], *[ServiceIdentityView(row[5], row[6])])


async def transcript(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[TranscriptMessageView]:
    """Return the messages of the customer's own conversation."""
    return await TRANSCRIPTS.page(reads, actor, MESSAGES_OLDEST_FIRST, page)


async def transcript_messages(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, TranscriptMessageView]:
    return {view.id: view for view in await TRANSCRIPT_BY_ID.all(reads, actor, ids=ids)}
