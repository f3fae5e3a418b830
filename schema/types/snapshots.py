"""The first event of a subscription without `after`: the state at one moment, and the cursor of that moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from domain.actors import ActorKind
from domain.cursors import Cursor
from domain.ids import new_id
from models.database import Snapshot as Frozen
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.invitations import approvals_of, open_of, pending_of
from resolvers.reads.messages import notes_of
from resolvers.reads.unread import unread_counts
from schema.connections import Connection
from schema.context import Info
from schema.fields import (
    batched,
    batched_page,
    computed,
)
from schema.types.conversations import Conversation
from schema.types.events import ConversationEvent, InboxEvent, event
from schema.types.invitation_events import ApprovalEvent, InvitationEvent
from schema.types.invitations import Invitation
from schema.types.message_events import NoteEvent
from schema.types.messages import InternalNote
from schema.types.unread import UnreadCounts


@dataclass(frozen=True)
class Snapshot:
    """What is selected below it is read through `reads`, which shows the moment of `place`."""

    type: str
    reads: Frozen
    place: Cursor
    occurred_at: datetime
    owner_id: UUID | None

    actor = SimpleNamespace(kind=ActorKind.SYSTEM, id=None)
    facts = SimpleNamespace(invitation_id=None, note_id=None)

    @property
    def id(self) -> UUID:
        return new_id()

    @property
    def cursor(self) -> str:
        return str(self.place)


@event
class ConversationSnapshot(ConversationEvent):
    """The conversation as it was when the subscription began."""

    conversation: Conversation | None = batched(
        Conversation | None, conversations_by_id, "owner_id", "The conversation."
    )


@event
class NotesSnapshot(NoteEvent):
    """The notes as they were when the subscription began."""

    notes: Connection[InternalNote] = batched_page(
        Connection[InternalNote],
        lambda reads, actor, ids, page: notes_of(reads, actor, ids, page, None),
        "owner_id",
        "The notes, oldest first; `last: 20` gives the newest.",
    )


@event
class InvitationsSnapshot(InvitationEvent):
    """The open invitations as they were when the subscription began."""

    @computed(list[Invitation])
    async def invitations(self: Any, info: Info) -> Any:
        """The conversation's open invitations; without a conversation, those you sent or received."""
        return await open_of(info.context.reads, info.context.known, self.owner_id)


@event
class ApprovalsSnapshot(ApprovalEvent):
    """What waited for your decision when the subscription began."""

    @computed(list[Invitation])
    async def invitations(self: Any, info: Info) -> Any:
        """The invitations, the oldest first."""
        return await approvals_of(info.context.reads, info.context.known)


@event
class InboxSnapshot(InboxEvent):
    """Your inbox as it was when the subscription began."""

    @computed(list[Invitation])
    async def pending_invitations(self: Any, info: Info) -> Any:
        """What you have been sent and not answered, the oldest first."""
        return await pending_of(info.context.reads, info.context.known)

    @computed(UnreadCounts)
    async def unread_counts(self: Any, info: Info) -> Any:
        """Everything that waits for you, as numbers for a tray icon."""
        return await unread_counts(info.context.reads, info.context.known)

    @computed(int)
    async def unanswered_count(self: Any, info: Info) -> Any:
        """How many invitations wait for your answer: the number for a badge."""
        return len(await pending_of(info.context.reads, info.context.known))
