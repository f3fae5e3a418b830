"""What inviting and answering take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import text
from domain.invitations import (
    MAX_DEPUTIES,
    MAX_GROUP,
    MAX_INVITEES,
    CollaborationType,
    DeclineReason,
    InvitationStatus,
)
from domain.permissions import ParticipantRole, PermissionLevel
from resolvers.offers import Offer, Request
from resolvers.reads.invitations import InvitationDirection
from schema.fields import given
from schema.ids import decode, decode_list
from schema.inputs.fields import input_type, key, optional, value


@input_type
class InvitationFilter:
    """Which of your invitations."""

    direction: InvitationDirection = optional("Received or sent.", InvitationDirection.RECEIVED)
    statuses: list[InvitationStatus] | None = optional("With any of these statuses.")


@strawberry.input(one_of=True, description="Whom to invite: exactly one of the fields.")
class InvitationTarget:
    agent_id: strawberry.ID | None = optional("A colleague.")
    department_id: strawberry.ID | None = optional(
        f"A department: up to {MAX_GROUP} who can be invited are asked, the least busy first. The first to accept takes "
        "part, the others' invitations are CANCELED. They hold one seat together."
    )


@input_type
class InviteeInput:
    """What one colleague is offered."""

    target: InvitationTarget = value("Whom to invite.")
    role: ParticipantRole = optional(
        "Why they take part; never PRIMARY. GUEST_EXPERT is for outside experts, and they take part as nothing else.",
        ParticipantRole.EXPERT,
    )
    level: PermissionLevel | None = optional(
        "What they may do, strictly below your own level; without it the role's own: GUIDE for most, "
        "READ_ONLY for OBSERVER, MANAGE for SUPERVISOR."
    )
    ends_at: datetime | None = optional(
        f"When their part ends by itself; compulsory for ASSISTANT and GUEST_EXPERT. {text.FUTURE}"
    )
    escalate_to: list[strawberry.ID] | None = optional(
        "Deputies: asked with the same offer, one after another, when nobody has accepted after "
        f"`collaborationPolicy.deputiesAfterSeconds`, or everybody has declined. At most {MAX_DEPUTIES}; outside experts "
        "only for GUEST_EXPERT."
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
    emergency: bool = optional(
        "Skip approval and do-not-disturb. For URGENT conversations and complaints, or by supervisors; few an hour, "
        "and audited.",
        False,
    )
    emergency_reason: str | None = optional(
        f"Why it is an emergency; compulsory then. At most {text.REASON} characters."
    )
    idempotency_key: str | None = key()


def offers_of(input: InviteAgentsInput) -> list[Offer]:
    return [_offer(invitee) for invitee in input.invitees]


def _offer(invitee: InviteeInput) -> Offer:
    agent_id, department_id = given(invitee.target.agent_id), given(invitee.target.department_id)
    return Offer(
        None if agent_id is None else decode(agent_id, "Agent"),
        invitee.role,
        given(invitee.level),
        given(invitee.ends_at),
        None if department_id is None else decode(department_id, "Department"),
        tuple(decode_list(invitee.escalate_to, "Agent") or ()),
    )


def request_of(input: InviteAgentsInput) -> Request:
    return Request(
        input.type,
        given(input.background),
        given(input.special_notes),
        input.emergency,
        given(input.emergency_reason),
    )


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
class DeferInvitationInput:
    """Put an invitation off."""

    invitation_id: strawberry.ID = value(
        "An invitation sent to you, still PENDING, not put off before."
    )
    seconds: int | None = optional(
        "For how long; as long as `collaborationPolicy.longestDeferralSeconds` allows unless said."
    )
    idempotency_key: str | None = key()


@input_type
class ApproveInvitationInput:
    """Approve an invitation into a department you supervise."""

    invitation_id: strawberry.ID = value(
        "An invitation that is AWAITING_APPROVAL; neither from you nor to you."
    )
    idempotency_key: str | None = key()


@input_type
class RejectInvitationInput:
    """Reject an invitation into a department you supervise."""

    invitation_id: strawberry.ID = value(
        "An invitation that is AWAITING_APPROVAL; neither from you nor to you."
    )
    reason: str | None = optional(f"Why, told to the inviter. At most {text.REASON} characters.")
    idempotency_key: str | None = key()


@input_type
class RevokeInvitationInput:
    """Take back an invitation."""

    invitation_id: strawberry.ID = value("An invitation that you sent, not answered yet.")
    idempotency_key: str | None = key()
