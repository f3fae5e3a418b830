"""What happened, as streams tell it and as history lists it.

The GraphQL name of an event is its class in domain/events.py. Facts come from the event, as they were; objects are
read when the event is delivered, as they are then, by the reader's right.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from graphql import GraphQLAbstractType

from domain.actors import ActorKind
from domain.conversations import CollaborationOutcome, LeaveReason
from domain.permissions import PermissionLevel
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import collaborations_by_id, conversations_by_id
from resolvers.reads.invitations import invitations_by_id
from resolvers.reads.messages import messages_by_id, notes_by_id
from resolvers.reads.participants import participants_by_id
from schema.context import Info, Resolving
from schema.fields import Sight, batched, computed, field, interface, output, seen
from schema.ids import encode
from schema.scalars import Cursor
from schema.types.conversations import Collaboration, Conversation
from schema.types.invitations import Invitation
from schema.types.messages import CustomerMessage, InternalNote
from schema.types.node import AgentRef
from schema.types.notices import Notice, notice_of
from schema.types.participants import Participant


def fact(description: str, name: str, type: Any) -> Any:
    """Declare a field that is a fact of the event."""

    def resolve(root: Any) -> Any:
        return getattr(root.facts, name)

    return strawberry.field(
        resolve, graphql_type=type, description=description, metadata=seen(Sight.SAME)
    )


@output()
class EventActor:
    """Who or what brought an event about."""

    kind: ActorKind = field("What kind of actor.")

    @computed(AgentRef | None, sight=Sight.ORGANIZATION)
    def agent(self: Any, info: Info) -> Any:
        """The agent, when it was one."""
        mine = self.kind is ActorKind.AGENT and self.id is not None
        return info.context.load(agents_by_id, self.id) if mine else None


@strawberry.type(description="What every event and snapshot has.")
class Common:
    cursor: Cursor = field(
        "The place in the stream: keep the last one you processed and give it as `after` to resume."
    )
    occurred_at: datetime = field("When it happened, by the database's clock.")

    @computed(strawberry.ID, sight=Sight.SAME)
    def id(self: Any) -> Any:
        """Opaque. The same event carries the same id in every stream that tells it."""
        return encode("Event", self.id)

    @computed(EventActor, sight=Sight.SAME)
    def actor(self: Any) -> Any:
        """Who or what brought it about."""
        return self.actor

    @classmethod
    def resolve_type(cls, value: Any, info: Resolving, kind: GraphQLAbstractType) -> str:
        return str(value.type)


@interface
class Event(Common):
    """Something that happened. Order is kept within a stream; there is no order across streams."""


@interface
class ConversationEvent(Event):
    """Something that happened in a conversation: `conversationEvents` streams it, `Conversation.events` lists it."""


@interface
class InboxEvent(Event):
    """Something that concerns you personally."""

    @computed(Notice | None)
    async def notice(self: Any, info: Info) -> Any:
        """What to show the person, ready for a popup; null in a snapshot, and where there is nothing to tell them."""
        return await notice_of(self, info)


@interface
class InvitationEvent(Event):
    """Something that happened to an invitation."""

    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "facts.invitation_id",
        "The invitation as it is now; null in a snapshot, and when you can no longer see it.",
        sight=Sight.PART,
    )


@interface
class ApprovalEvent(Event):
    """Something that concerns those who approve invitations into their departments."""

    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "facts.invitation_id",
        "The invitation as it is now; null in a snapshot, and when you can no longer see it.",
    )


@interface
class NoteEvent(Event):
    """Something that happened to an internal note."""

    note: InternalNote | None = batched(
        InternalNote | None,
        notes_by_id,
        "facts.note_id",
        "The note as it is now; null in a snapshot, and when you can no longer see it.",
        sight=Sight.PART,
    )


def event(kind: type[Any]) -> type[Any]:
    """Declare a concrete event: its values are stored events of that type."""
    name = kind.__name__
    kind.is_type_of = classmethod(lambda cls, value, info: value.type == name)
    return output()(kind)


PARTICIPANT = "facts.participant_id"
PARTICIPANT_NOW = "The part as it is now; null when you can no longer see it."


@event
class InvitationCreated(InvitationEvent, ConversationEvent, InboxEvent):
    """Somebody was invited."""


@event
class InvitationAccepted(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee accepted and takes part."""


@event
class InvitationDeclined(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee declined."""


@event
class InvitationExpired(InvitationEvent, ConversationEvent, InboxEvent):
    """Nobody answered in time."""


@event
class InvitationRevoked(InvitationEvent, ConversationEvent, InboxEvent):
    """The inviter took it back."""


@event
class InvitationCanceled(InvitationEvent, ConversationEvent, InboxEvent):
    """The service ended it."""


@event
class InvitationApproved(InvitationEvent, ConversationEvent, InboxEvent):
    """A supervisor approved it; the invitee can answer from now on."""


@event
class InvitationRejected(InvitationEvent, ConversationEvent, InboxEvent):
    """A supervisor rejected it."""


@event
class InvitationDeferred(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee has put it off."""

    until: datetime = fact("Until when.", "until", datetime)


@event
class InvitationReminded(InvitationEvent, InboxEvent):
    """It still waits for your answer: the time has come that you put it off to, or it expires soon."""


@event
class ApprovalRequested(ApprovalEvent, InboxEvent):
    """An invitation into a department you supervise waits for your decision."""


@event
class ApprovalClosed(ApprovalEvent, InboxEvent):
    """An invitation needs your decision no more: somebody decided, its time was over, or it was taken back."""


@event
class ConversationOpened(ConversationEvent, InboxEvent):
    """A conversation began; its primary hears of it."""

    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "facts.conversation_id",
        "The conversation as it is now.",
        sight=Sight.PART,
    )


@event
class ConversationClosed(ConversationEvent, InboxEvent):
    """The conversation is closed for good. The stream completes after it."""

    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "facts.conversation_id",
        "The conversation as it is now; null when you can no longer see it.",
        sight=Sight.PART,
    )


@event
class ConversationPaused(ConversationEvent, InboxEvent):
    """The conversation is on hold; the customer was told so."""

    resumes_at: datetime = fact("When it goes on by itself.", "resumes_at", datetime)
    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "facts.conversation_id",
        "The conversation as it is now; null when you can no longer see it.",
    )


@event
class ConversationResumed(ConversationEvent, InboxEvent):
    """The conversation goes on: somebody resumed it, or its time had come. Its primary is reminded."""

    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "facts.conversation_id",
        "The conversation as it is now; null when you can no longer see it.",
    )


@event
class CollaborationStarted(ConversationEvent):
    """The first colleague joined."""

    collaboration: Collaboration | None = batched(
        Collaboration | None,
        collaborations_by_id,
        "facts.collaboration_id",
        "The group as it is now.",
        sight=Sight.PART,
    )


@event
class CollaborationEnded(ConversationEvent):
    """The group no longer works together."""

    outcome: CollaborationOutcome | None = fact(
        "How it ended; null when the last collaborator just left.",
        "outcome",
        CollaborationOutcome | None,
    )
    collaboration: Collaboration | None = batched(
        Collaboration | None,
        collaborations_by_id,
        "facts.collaboration_id",
        "The group as it is now.",
        sight=Sight.PART,
    )


@event
class ParticipantJoined(ConversationEvent, InboxEvent):
    """Somebody takes part."""

    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class ParticipantLeft(ConversationEvent, InboxEvent):
    """Somebody's part ended. Agents hear of it, customers never."""

    reason: LeaveReason = fact("Why it ended.", "reason", LeaveReason)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class ParticipantIdle(ConversationEvent, InboxEvent):
    """A collaborator has given no sign for long, and is removed unless they do something in time."""

    removal_at: datetime = fact("When they are removed.", "removal_at", datetime)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class PermissionAdjusted(ConversationEvent, InboxEvent):
    """Somebody was given another level."""

    before: PermissionLevel = fact("The level before.", "before", PermissionLevel)
    after: PermissionLevel = fact("The level from now on.", "after", PermissionLevel)
    until: datetime | None = fact("Until when; null for good.", "until", datetime | None)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class PermissionReverted(ConversationEvent, InboxEvent):
    """A temporary level ended; what held before holds again."""

    before: PermissionLevel = fact("The temporary level.", "before", PermissionLevel)
    after: PermissionLevel = fact("The level from now on.", "after", PermissionLevel)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class CustomerMessagePosted(ConversationEvent):
    """The customer or the service said something."""

    message: CustomerMessage | None = batched(
        CustomerMessage | None, messages_by_id, "facts.message_id", "The message.", sight=Sight.PART
    )


@event
class NotePosted(NoteEvent):
    """A colleague posted a note."""


@event
class NoteEdited(NoteEvent):
    """A note was edited."""

    version: int = fact("The version that this edit made.", "version", int)
