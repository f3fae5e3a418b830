"""The enums of conversations."""

from __future__ import annotations

from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    MessageAuthor,
)
from schema.enums.publishing import publish

publish(
    ConversationStatus,
    "Whether a conversation goes on.",
    OPEN="It goes on.",
    ON_HOLD="The service has paused it and told the customer.",
    CLOSED="It is over for good.",
)
publish(
    ConversationClass,
    "What a conversation is about; several may apply, and the largest collaborator limit of them holds.",
    STANDARD="An ordinary conversation: 3 collaborators by default.",
    VIP="With a very important customer: 5 collaborators by default.",
    URGENT="The customer's business is hit: 7 collaborators by default.",
    COMPLAINT="A complaint: 7 collaborators by default.",
)
publish(
    CustomerTier,
    "How the organization ranks a customer.",
    NEW="In touch for the first time.",
    STANDARD="An ordinary customer.",
    VIP="A very important customer.",
)
publish(
    MessageAuthor,
    "Which side said something in front of the customer.",
    CUSTOMER="The customer.",
    SERVICE="The service, under its one identity.",
)
publish(
    CollaborationOutcome,
    "How a collaboration ended.",
    RESOLVED="The problem is solved.",
    PARTLY_RESOLVED="Part of the problem is solved.",
    UNRESOLVED="The problem is not solved.",
    ESCALATED="The problem went to another place.",
)
