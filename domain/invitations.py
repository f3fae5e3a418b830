"""The invitation's life as a table, and every reason why somebody cannot be invited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.errors import (
    AlreadyParticipant,
    CannotInviteSelf,
    CollaborationDisabled,
    CollaboratorLimitReached,
    CrossDepartmentNotPermitted,
    DuplicateInvitation,
    ExternalNotPermitted,
    InvitationExpired,
    InvitationNotPending,
    InviteeAtCapacity,
    InviteeDoNotDisturb,
    InviteeOffline,
    Refusal,
    RoleNotAllowedToInvite,
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


@dataclass(frozen=True)
class Inviter:
    agent_id: object
    department_id: object
    role: OrganizationRole


@dataclass(frozen=True)
class Candidate:
    """What decides whether one colleague can be invited into one conversation now."""

    agent_id: object
    department_id: object
    external: bool
    presence: AgentPresence
    collaborations: int
    takes_part: bool
    invited: bool


@dataclass(frozen=True)
class Seats:
    taken: int
    limit: int


def reasons_against(
    policy: Policy, inviter: Inviter, candidate: Candidate, seats: Seats
) -> list[Refusal]:
    """Return every reason why the candidate cannot be invited now; empty means they can."""
    return [
        *_reasons_of_policy(policy, inviter),
        *_reasons_of_people(policy, inviter, candidate),
        *_reasons_of_seats(seats),
    ]


def _reasons_of_policy(policy: Policy, inviter: Inviter) -> Iterator[Refusal]:
    if not policy.enabled:
        yield CollaborationDisabled("Collaboration is switched off in this organization.")
    if inviter.role not in policy.roles_that_may_invite:
        yield RoleNotAllowedToInvite("Your organization does not let your role invite colleagues.")


def _reasons_of_people(policy: Policy, inviter: Inviter, candidate: Candidate) -> Iterator[Refusal]:
    if candidate.agent_id == inviter.agent_id:
        yield CannotInviteSelf("You are in the conversation already; invite somebody else.")
    if candidate.external:
        yield ExternalNotPermitted("Outside experts cannot be invited by you.")
    elif candidate.department_id != inviter.department_id:
        yield CrossDepartmentNotPermitted("This colleague belongs to another department.")
    if candidate.presence is AgentPresence.OFFLINE:
        yield InviteeOffline("This colleague is offline.")
    if candidate.presence is AgentPresence.DO_NOT_DISTURB:
        yield InviteeDoNotDisturb("This colleague does not want to be disturbed now.")
    if candidate.takes_part and candidate.agent_id != inviter.agent_id:
        yield AlreadyParticipant("This colleague takes part in the conversation already.")
    if candidate.invited:
        yield DuplicateInvitation("This colleague has an open invitation to the conversation.")
    yield from capacity_reasons(policy, candidate.collaborations)


def capacity_reasons(policy: Policy, collaborations: int) -> Iterator[Refusal]:
    limit = policy.collaborations_per_agent
    if collaborations >= limit:
        yield InviteeAtCapacity(
            f"Already in {collaborations} collaborations; {limit} at once are allowed.",
            limit=limit,
            current=collaborations,
        )


def _reasons_of_seats(seats: Seats) -> Iterator[Refusal]:
    if seats.taken >= seats.limit:
        yield CollaboratorLimitReached(
            f"All {seats.limit} seats for collaborators are taken or offered.",
            limit=seats.limit,
            current=seats.taken,
        )
