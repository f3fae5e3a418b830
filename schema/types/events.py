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
from domain.conversations import CollaborationOutcome
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import collaborations_by_id, conversations_by_id
from schema.context import Info, Resolving
from schema.fields import Sight, batched, computed, field, interface, output, seen
from schema.ids import encode
from schema.scalars import Cursor
from schema.types.collaborations import Collaboration
from schema.types.conversations import Conversation
from schema.types.node import AgentRef
from schema.types.notices import Notice, notice_of


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
        """What to show the person, ready for a desktop notification; null in a snapshot, and where there is nothing to tell them."""
        return await notice_of(self, info)


def event(kind: type[Any]) -> type[Any]:
    """Declare a concrete event: its values are stored events of that type."""
    name = kind.__name__
    kind.is_type_of = classmethod(lambda cls, value, info: value.type == name)
    return output()(kind)


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
