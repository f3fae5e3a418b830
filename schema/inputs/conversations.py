"""What lists of conversations, opening, pausing and closing take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import text
from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
)
from schema.enums import OrderDirection
from schema.inputs.fields import input_type, key, optional, value


@input_type
class ConversationFilter:
    """Which conversations. What is left out does not narrow the list."""

    statuses: list[ConversationStatus] | None = optional("With any of these statuses.")
    classes: list[ConversationClass] | None = optional("Of any of these classes.")
    department_ids: list[strawberry.ID] | None = optional("Of any of these departments.")
    participating: bool | None = optional(
        "Only those you take part in with true, only those you oversee from outside with false."
    )


@input_type
class ConversationSort:
    """How to sort conversations: by the time they were opened."""

    direction: OrderDirection = optional("Which way.", OrderDirection.DESC)


@input_type
class NewCustomerInput:
    """A customer as the host system knows them."""

    external_id: str = value(
        f"The host's own id; a known one is found by it. At most {text.NAME} characters."
    )
    display_name: str = value(f"The customer's name. At most {text.NAME} characters.")
    email: str | None = optional(f"Shown masked only. At most {text.CONTACT} characters.")
    phone: str | None = optional(f"Shown masked only. At most {text.CONTACT} characters.")
    tier: CustomerTier = optional("How the organization ranks the customer.", CustomerTier.STANDARD)
    churn_risk: bool = optional("Whether the customer may leave.", False)
    opportunity: bool = optional("Whether a sales opportunity was seen.", False)


@strawberry.input(one_of=True, description="Which customer: exactly one of the fields.")
class CustomerTarget:
    id: strawberry.ID | None = optional("A customer known already.")
    new: NewCustomerInput | None = optional("A customer described by the host system.")


@input_type
class OpenConversationInput:
    """Open a conversation with a customer."""

    customer: CustomerTarget = value("With whom.")
    subject: str = value(f"What it is about; agents see it. At most {text.SUBJECT} characters.")
    classes: list[ConversationClass] | None = optional("What it is about; STANDARD without any.")
    primary_id: strawberry.ID | None = optional(
        "The agent who leads it. Compulsory for an integration; an agent leads what they open."
    )
    first_message: str | None = optional(
        f"What the customer has said already. At most {text.MESSAGE} characters."
    )
    idempotency_key: str | None = key()


@input_type
class EndCollaborationInput:
    """End the collaboration in a conversation."""

    conversation_id: strawberry.ID = value("The conversation.")
    outcome: CollaborationOutcome = value("How it ended.")
    idempotency_key: str | None = key()


@input_type
class CloseConversationInput:
    """Close a conversation for good."""

    conversation_id: strawberry.ID = value("The conversation.")
    outcome: CollaborationOutcome | None = optional(
        "How the collaboration ended, if one is going on."
    )
    expected_version: int | None = optional(
        "The conversation's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    idempotency_key: str | None = key()


@input_type
class PauseConversationInput:
    """Put a conversation on hold until a time."""

    conversation_id: strawberry.ID = value("The conversation.")
    reason: str = value(f"Why, for colleagues only. At most {text.REASON} characters.")
    notice: str = value(
        f"What the customer is told, in the service's name. At most {text.MESSAGE:,} characters."
    )
    resumes_at: datetime = value(f"When it goes on by itself, told to the customer. {text.FUTURE}")
    idempotency_key: str | None = key()


@input_type
class ResumeConversationInput:
    """Let a conversation on hold go on."""

    conversation_id: strawberry.ID = value("The conversation.")
    idempotency_key: str | None = key()


@input_type
class AdvanceStageInput:
    """Begin the next stage of the service."""

    conversation_id: strawberry.ID = value("The conversation.")
    name: str = value(
        f"What the stage is called, like `Diagnosis`. At most {text.NAME} characters."
    )
    owner_id: strawberry.ID | None = optional(
        "The participant who answers for it; you unless you say."
    )
    idempotency_key: str | None = key()
