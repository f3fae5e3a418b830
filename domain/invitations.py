"""The invitation's life as a table, and who may end or speed it up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.errors import (
    EmergencyNotJustified,
    InvalidInput,
    InvitationExpired,
    InvitationNotPending,
    NotPermitted,
)
from domain.policies import Policy


class InvitationStatus(StrEnum):
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    CANCELED = "CANCELED"


class InvitationAction(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    REVOKE = "revoke"
    CANCEL = "cancel"


class InvitationKind(StrEnum):
    STANDARD = "STANDARD"
    CROSS_DEPARTMENT = "CROSS_DEPARTMENT"
    EXTERNAL_EXPERT = "EXTERNAL_EXPERT"
    EMERGENCY = "EMERGENCY"


class InvitationPriority(StrEnum):
    NORMAL = "NORMAL"
    HIGH = "HIGH"


class CollaborationType(StrEnum):
    EXPERT_SUPPORT = "EXPERT_SUPPORT"
    COACHING = "COACHING"
    CROSS_DEPARTMENT = "CROSS_DEPARTMENT"
    QUALITY_SUPERVISION = "QUALITY_SUPERVISION"
    SHORT_ASSISTANCE = "SHORT_ASSISTANCE"


class DeclineReason(StrEnum):
    BUSY = "BUSY"
    NOT_MY_SKILL = "NOT_MY_SKILL"
    OFF_SHIFT = "OFF_SHIFT"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    OTHER = "OTHER"


MAX_INVITEES = 20
MAX_DEPUTIES = 10
MAX_GROUP = 10  # how many of a department are asked at once

OPEN = frozenset({InvitationStatus.AWAITING_APPROVAL, InvitationStatus.PENDING})
ENDINGS = {
    InvitationAction.EXPIRE: InvitationStatus.EXPIRED,
    InvitationAction.REVOKE: InvitationStatus.REVOKED,
    InvitationAction.CANCEL: InvitationStatus.CANCELED,
}
OUTCOMES = {
    InvitationStatus.AWAITING_APPROVAL: {
        InvitationAction.APPROVE: InvitationStatus.PENDING,
        InvitationAction.REJECT: InvitationStatus.REJECTED,
        **ENDINGS,
    },
    InvitationStatus.PENDING: {
        InvitationAction.ACCEPT: InvitationStatus.ACCEPTED,
        InvitationAction.DECLINE: InvitationStatus.DECLINED,
        **ENDINGS,
    },
}


def advance(status: InvitationStatus, action: InvitationAction) -> InvitationStatus:
    """Return the status that `action` leads to, or refuse the action."""
    outcome = OUTCOMES.get(status, {}).get(action)
    if outcome is not None:
        return outcome
    if status is InvitationStatus.EXPIRED:
        raise InvitationExpired("This invitation has expired; ask to be invited again.")
    raise InvitationNotPending(f"Cannot {action} an invitation that is {status}.")


def priority(kind: InvitationKind) -> InvitationPriority:
    urgent = kind is InvitationKind.EMERGENCY
    return InvitationPriority.HIGH if urgent else InvitationPriority.NORMAL


def needs_approval(kind: InvitationKind) -> bool:
    return kind is InvitationKind.CROSS_DEPARTMENT


def validity(policy: Policy, kind: InvitationKind) -> timedelta:
    """Return how long an invitation can be answered, or first be decided where that is needed."""
    waits = needs_approval(kind)
    seconds = policy.approval_validity_seconds if waits else policy.invitation_validity_seconds
    return timedelta(seconds=seconds)


def no_later_than(at: datetime, ends_at: datetime | None) -> datetime:
    """Return when an invitation ends: nobody can accept a part whose own time is over."""
    return at if ends_at is None else min(at, ends_at)


JUSTIFYING = frozenset({ConversationClass.URGENT, ConversationClass.COMPLAINT})


def check_emergency(
    role: OrganizationRole, classes: Collection[ConversationClass], reason: str | None
) -> None:
    """Refuse an emergency in an ordinary conversation, unless a supervisor calls it; it needs a reason."""
    if role is OrganizationRole.AGENT and not JUSTIFYING & set(classes):
        raise EmergencyNotJustified(
            "Emergencies are for urgent conversations and complaints, or for supervisors."
        )
    if reason is None:
        raise InvalidInput(
            "Say why this is an emergency: everybody asked will read it.",
            path=["input", "emergencyReason"],
        )


def check_approver(actor_id: object, people: Collection[object], *, supervises: bool) -> None:
    """Refuse the inviter and the invitee, who are `people`, and whoever does not supervise the invitee's department."""
    if actor_id in people:
        raise NotPermitted("Nobody decides about their own invitation.")
    if not supervises:
        raise NotPermitted("Only a supervisor of the invitee's department can decide.")
