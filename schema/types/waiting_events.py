"""What comes of a customer's waiting, as streams tell it. The customer hears nothing of it."""

from __future__ import annotations

from datetime import datetime

from resolvers.reads.conversations import conversations_by_id
from schema.fields import Sight, batched, interface
from schema.types.conversations import Conversation
from schema.types.events import ConversationEvent, Event, InboxEvent, event, fact


@interface
class CustomerWaitsEvent(Event):
    """Something that happened because the customer waits for a reply."""

    asked_at: datetime = fact("When the customer said what is unanswered.", "asked_at", datetime)
    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "facts.conversation_id",
        "The conversation as it is now; null when you can no longer see it.",
        sight=Sight.PART,
    )


@event
class CustomerReplyTargetMissed(CustomerWaitsEvent, ConversationEvent, InboxEvent):
    """The customer has waited for `customerReplyTargetSeconds`, and the primary is warned: once, until somebody replies."""


@event
class SupervisorCalled(CustomerWaitsEvent, ConversationEvent, InboxEvent):
    """The customer waits, the primary does not answer, and nobody present can lead: take the conversation over."""
