"""What customers hear of: events of their own, without actors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from graphql import GraphQLAbstractType

from resolvers.reads.messages import customer_conversation, transcript_messages
from schema.context import Info, Resolving
from schema.fields import batched, computed, field, interface
from schema.ids import encode
from schema.scalars import Cursor
from schema.types.customers import CustomerConversation, TranscriptMessage
from schema.types.events import event, fact


@interface
class CustomerEvent:
    """Something in your conversation."""

    cursor: Cursor = field("The place in the stream: give the last one as `after` to resume.")
    occurred_at: datetime = field("When it happened.")

    @computed(strawberry.ID)
    def id(self: Any) -> Any:
        """Opaque."""
        return encode("CustomerEvent", self.id)

    @classmethod
    def resolve_type(cls, value: Any, info: Resolving, kind: GraphQLAbstractType) -> str:
        return str(value.type)


async def _own(self: Any, info: Info) -> Any:
    return await customer_conversation(info.context.reads, info.context.known)


@event
class CustomerConversationSnapshot(CustomerEvent):
    """Your conversation as it was when the subscription began."""

    @computed(CustomerConversation | None)
    async def conversation(self: Any, info: Info) -> Any:
        """The conversation."""
        return await _own(self, info)


@event
class TranscriptMessageAdded(CustomerEvent):
    """Somebody said something."""

    message: TranscriptMessage | None = batched(
        TranscriptMessage | None, transcript_messages, "facts.message_id", "The message."
    )


@event
class CustomerConversationPaused(CustomerEvent):
    """The service asked you to wait. You can write all the same."""

    resumes_at: datetime = fact("When it goes on.", "resumes_at", datetime)


@event
class CustomerConversationResumed(CustomerEvent):
    """The service is back."""

    @computed(CustomerConversation | None)
    async def conversation(self: Any, info: Info) -> Any:
        """The conversation."""
        return await _own(self, info)


@event
class CustomerConversationEnded(CustomerEvent):
    """The conversation is over. The stream completes after it."""

    @computed(CustomerConversation | None)
    async def conversation(self: Any, info: Info) -> Any:
        """The conversation."""
        return await _own(self, info)
