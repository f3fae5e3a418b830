"""What mutations and lists take. Ids are ids of nodes; a text's limit is counted in characters."""

from __future__ import annotations

from datetime import datetime
from inspect import cleandoc
from typing import Any, TypeVar

import strawberry

from domain import text
from domain.agents import AgentPresence
from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    NoteKind,
)
from domain.invitations import MAX_INVITEES, CollaborationType, DeclineReason, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from resolvers.reads.agents import AgentOrder
from resolvers.reads.invitations import InvitationDirection
from schema.enums import OrderDirection

T = TypeVar("T")


def input_type(kind: type[T]) -> type[T]:
    return strawberry.input(kind, description=cleandoc(kind.__doc__ or ""))


def value(description: str) -> Any:
    return strawberry.field(description=description)


def optional(description: str, default: Any = strawberry.UNSET) -> Any:
    return strawberry.field(description=description, default=default)


def key() -> Any:
    return optional(
        "Make a retry harmless: the same key with the same input answers the first result again for 24 hours, "
        f"with another input it is IDEMPOTENCY_CONFLICT. At most {text.KEY} characters."
    )


@input_type
class AgentFilter:
    """Which agents. What is left out does not narrow the list."""

    department_ids: list[strawberry.ID] | None = optional("In any of these departments.")
    skill_ids: list[strawberry.ID] | None = optional("With all of these skills.")
    text: str | None = optional(
        "Every word somewhere in name, alias, e-mail or title; works for Chinese and English. "
        f"At most {text.SEARCH} characters."
    )
    presences: list[AgentPresence] | None = optional(
        "With any of these presences; without it everybody who is connected."
    )


@input_type
class AgentSort:
    """How to sort agents."""

    field: AgentOrder = value("By what.")
    direction: OrderDirection = optional("Which way.", OrderDirection.ASC)


@input_type
class ConversationFilter:
    """Which conversations. What is left out does not narrow the list."""

    statuses: list[ConversationStatus] | None = optional("With any of these statuses.")
    classes: list[ConversationClass] | None = optional("Of any of these classes.")
    department_ids: list[strawberry.ID] | None = optional("Of any of these departments.")
    participating: bool | None = optional(
        "true: only those you take part in; false: only those you oversee from outside."
    )


@input_type
class ConversationSort:
    """How to sort conversations: by the time they were opened."""

    direction: OrderDirection = optional("Which way.", OrderDirection.DESC)


@input_type
class InvitationFilter:
    """Which of your invitations."""

    direction: InvitationDirection = optional("Received or sent.", InvitationDirection.RECEIVED)
    statuses: list[InvitationStatus] | None = optional("With any of these statuses.")


@strawberry.input(one_of=True, description="Whom to invite: exactly one of the fields.")
class InvitationTarget:
    agent_id: strawberry.ID | None = optional("A colleague.")


@input_type
class InviteeInput:
    """What one colleague is offered."""

    target: InvitationTarget = value("Whom to invite.")
    role: ParticipantRole = optional(
        "Why they take part. PRIMARY and GUEST_EXPERT cannot be offered.", ParticipantRole.EXPERT
    )
    level: PermissionLevel | None = optional(
        "What they may do, strictly below your own level; without it the role's own: GUIDE for most, "
        "READ_ONLY for OBSERVER, MANAGE for SUPERVISOR."
    )
    ends_at: datetime | None = optional(
        "When their part ends by itself; compulsory for ASSISTANT. In the future."
    )


@input_type
class InviteAgentsInput:
    """Invite colleagues into a conversation."""

    conversation_id: strawberry.ID = value("The conversation.")
    invitees: list[InviteeInput] = value(f"Whom, each once: 1 to {MAX_INVITEES}.")
    type: CollaborationType = optional("What kind of help.", CollaborationType.EXPERT_SUPPORT)
    background: str | None = optional(
        f"The problem in your words, told to every invitee. At most {text.BACKGROUND} characters."
    )
    special_notes: str | None = optional(
        f"What to be careful with. At most {text.SPECIAL_NOTES} characters."
    )
    idempotency_key: str | None = key()


@input_type
class AcceptInvitationInput:
    """Accept an invitation."""

    invitation_id: strawberry.ID = value("An invitation sent to you, still PENDING.")
    idempotency_key: str | None = key()


@input_type
class DeclineInvitationInput:
    """Decline an invitation."""

    invitation_id: strawberry.ID = value("An invitation sent to you, still PENDING.")
    reason: DeclineReason | None = optional("Why, if you want to say.")
    comment: str | None = optional(f"Anything to add. At most {text.REASON} characters.")
    idempotency_key: str | None = key()


@input_type
class RevokeInvitationInput:
    """Take back an invitation."""

    invitation_id: strawberry.ID = value("An invitation that you sent, not answered yet.")
    idempotency_key: str | None = key()


@input_type
class TransferPrimaryInput:
    """Hand over the primary role."""

    participant_id: strawberry.ID = value("Who becomes primary: an active participant, no guest.")
    stay_as: ParticipantRole = optional(
        "The role you stay on as, at its own level: EXPERT, COACH, OBSERVER, SCRIBE or SUPERVISOR.",
        ParticipantRole.EXPERT,
    )
    expected_version: int | None = optional(
        "The conversation's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    idempotency_key: str | None = key()


@input_type
class AdjustPermissionInput:
    """Give somebody another level."""

    participant_id: strawberry.ID = value("Whose level: neither yours nor the primary's.")
    level: PermissionLevel = value(
        "The new level, strictly below your own and within the role's ceiling."
    )
    until: datetime | None = optional(
        "When it ends by itself and what held before returns; without it for good. In the future. "
        "EXPERT and COACH can hold MANAGE only with it."
    )
    idempotency_key: str | None = key()


@input_type
class RemoveParticipantInput:
    """Remove somebody."""

    participant_id: strawberry.ID = value("Who: somebody at a level strictly below your own.")
    idempotency_key: str | None = key()


@input_type
class LeaveConversationInput:
    """Leave a conversation."""

    conversation_id: strawberry.ID = value("A conversation you take part in, not as primary.")
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
class SendReplyInput:
    """Reply to the customer."""

    conversation_id: strawberry.ID = value("The conversation.")
    text: str = value(
        f"What to say under the service's identity. At most {text.MESSAGE} characters."
    )
    idempotency_key: str | None = key()


@input_type
class PostNoteInput:
    """Say something among colleagues."""

    conversation_id: strawberry.ID = value("The conversation.")
    text: str = value(f"What to say. At most {text.NOTE} characters.")
    kind: NoteKind = optional("What it is for.", NoteKind.DISCUSSION)
    about_message_id: strawberry.ID | None = optional("The customer message it is about, if any.")
    idempotency_key: str | None = key()


@input_type
class EditNoteInput:
    """Edit your own note."""

    note_id: strawberry.ID = value("A note you wrote.")
    text: str = value(f"What it shall say. At most {text.NOTE} characters.")
    expected_version: int = value("The note's `version` that you saw.")
    idempotency_key: str | None = key()


@input_type
class SetPresenceInput:
    """State your presence."""

    presence: AgentPresence = value("What colleagues shall see while you are connected.")
    idempotency_key: str | None = key()


@input_type
class HeartbeatInput:
    """Say that you are still there."""

    connection_id: str = optional(
        f"Your device or tab, in your own words; each has its own lease. At most {text.NAME} characters.",
        "default",
    )
    idempotency_key: str | None = key()


@input_type
class SendCustomerMessageInput:
    """Say something as the customer."""

    text: str = value(f"What to say. At most {text.MESSAGE} characters.")
    conversation_id: strawberry.ID | None = optional(
        "The conversation; only an integration names it, a customer's token names its own."
    )
    idempotency_key: str | None = key()
