"""What inviting and answering take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import text
from domain.invitations import MAX_INVITEES, CollaborationType, DeclineReason, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from resolvers.reads.invitations import InvitationDirection
from schema.inputs.fields import input_type, key, optional, value


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
