"""Every reason why somebody cannot be invited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from domain.actors import OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from domain.errors import (
    AlreadyParticipant,
    CannotInviteSelf,
    CollaborationDisabled,
    CollaboratorLimitReached,
    CrossDepartmentNotPermitted,
    DuplicateInvitation,
    ExternalNotPermitted,
    InviteeAtCapacity,
    InviteeDoNotDisturb,
    InviteeOffline,
    OrganizationLimitReached,
    Refusal,
    RoleNotAllowedToInvite,
)
from domain.frequency import Frequency, Sent
from domain.invitations import InvitationKind, needs_approval
from domain.policies import Policy


@dataclass(frozen=True)
class Inviter:
    agent_id: UUID
    department_id: UUID | None
    role: OrganizationRole
    rights: frozenset[OrganizationRight] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """What decides whether one colleague can be invited into one conversation now.

    `approvable` says whether somebody other than the two supervises the colleague's department.
    """

    agent_id: UUID
    department_id: UUID
    external: bool
    presence: AgentPresence
    collaborations: int
    takes_part: bool
    invited: bool
    approvable: bool = True


@dataclass(frozen=True)
class Seats:
    taken: int
    limit: int


def kind_of(inviter: Inviter, candidate: Candidate, *, emergency: bool) -> InvitationKind:
    """Return which rules an invitation follows. Nobody chooses it."""
    if emergency:
        return InvitationKind.EMERGENCY
    if candidate.external:
        return InvitationKind.EXTERNAL_EXPERT
    ours = candidate.department_id == inviter.department_id
    return InvitationKind.STANDARD if ours else InvitationKind.CROSS_DEPARTMENT


def reasons_against(
    policy: Policy,
    inviter: Inviter,
    candidate: Candidate,
    seats: Seats,
    organization: Seats | None = None,
    sent: Iterable[Sent] = (),
    *,
    emergency: bool = False,
) -> list[Refusal]:
    """Return every reason why the candidate cannot be invited now; empty means they can.

    `organization` counts its collaborations, when the invitation may begin another one.
    """
    judge = Judge(policy, inviter, seats, organization, sent, emergency=emergency)
    return judge.against(candidate)


class Judge:
    """Judges many candidates: what holds for all of them is found once."""

    def __init__(
        self,
        policy: Policy,
        inviter: Inviter,
        seats: Seats,
        organization: Seats | None = None,
        sent: Iterable[Sent] = (),
        *,
        emergency: bool = False,
    ) -> None:
        self.policy, self.inviter, self.emergency = policy, inviter, emergency
        self.of_policy = list(_reasons_of_policy(policy, inviter))
        self.of_room = [*_reasons_of_seats(seats), *_reasons_of_organization(organization)]
        self.frequency = Frequency(policy, sent, inviter.agent_id, emergency=emergency)

    def kind_of(self, candidate: Candidate) -> InvitationKind:
        return kind_of(self.inviter, candidate, emergency=self.emergency)

    def against(self, candidate: Candidate) -> list[Refusal]:
        """Return every reason why the candidate cannot be invited now."""
        return [
            *self.of_policy,
            *_reasons_of_people(self.inviter, candidate, self.kind_of(candidate)),
            *_reasons_of_presence(candidate, emergency=self.emergency),
            *capacity_reasons(self.policy, candidate.collaborations),
            *self.of_room,
            *self.frequency.against(candidate.agent_id),
        ]


def _reasons_of_policy(policy: Policy, inviter: Inviter) -> Iterator[Refusal]:
    if not policy.enabled:
        yield CollaborationDisabled("Collaboration is switched off in this organization.")
    if inviter.role not in policy.roles_that_may_invite:
        yield RoleNotAllowedToInvite("Your organization does not let your role invite colleagues.")


def _reasons_of_people(
    inviter: Inviter, candidate: Candidate, kind: InvitationKind
) -> Iterator[Refusal]:
    if candidate.agent_id == inviter.agent_id:
        yield CannotInviteSelf("You are in the conversation already; invite somebody else.")
    if candidate.external and OrganizationRight.INVITE_EXTERNAL not in inviter.rights:
        yield ExternalNotPermitted("You may not invite outside experts; a supervisor may.")
    if needs_approval(kind) and not candidate.approvable:
        yield CrossDepartmentNotPermitted(
            "This colleague belongs to another department, where nobody else can approve it."
        )
    if candidate.takes_part and candidate.agent_id != inviter.agent_id:
        yield AlreadyParticipant("This colleague takes part in the conversation already.")
    if candidate.invited:
        yield DuplicateInvitation("This colleague has an open invitation to the conversation.")


def _reasons_of_presence(candidate: Candidate, *, emergency: bool) -> Iterator[Refusal]:
    if candidate.presence is AgentPresence.OFFLINE and not candidate.external:
        yield InviteeOffline("This colleague is offline.")
    if candidate.presence is AgentPresence.DO_NOT_DISTURB and not emergency:
        yield InviteeDoNotDisturb("This colleague does not want to be disturbed now.")


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


def _reasons_of_organization(going_on: Seats | None) -> Iterator[Refusal]:
    if going_on and going_on.taken >= going_on.limit:
        yield organization_full(going_on)


def organization_full(going_on: Seats) -> OrganizationLimitReached:
    return OrganizationLimitReached(
        f"Your organization is in {going_on.taken} collaborations; {going_on.limit} are allowed.",
        limit=going_on.limit,
        current=going_on.taken,
    )
