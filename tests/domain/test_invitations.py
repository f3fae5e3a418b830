"""The invitation's life, and every reason why somebody cannot be invited."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.actors import OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import ConversationClass
from domain.eligibility import Candidate, Inviter, Seats, capacity_reasons, kind_of, reasons_against
from domain.errors import (
    EmergencyNotJustified,
    InvalidInput,
    InvitationExpired,
    InvitationNotPending,
    LimitReached,
    NotPermitted,
    Refusal,
)
from domain.invitations import (
    OPEN,
    InvitationAction,
    InvitationStatus,
    advance,
    check_approver,
    check_emergency,
)
from domain.policies import Policy

LIFE = {
    ("AWAITING_APPROVAL", "approve"): "PENDING",
    ("AWAITING_APPROVAL", "reject"): "REJECTED",
    ("AWAITING_APPROVAL", "expire"): "EXPIRED",
    ("AWAITING_APPROVAL", "revoke"): "REVOKED",
    ("AWAITING_APPROVAL", "cancel"): "CANCELED",
    ("PENDING", "accept"): "ACCEPTED",
    ("PENDING", "decline"): "DECLINED",
    ("PENDING", "expire"): "EXPIRED",
    ("PENDING", "revoke"): "REVOKED",
    ("PENDING", "cancel"): "CANCELED",
}
STEPS = [(status, action) for status in InvitationStatus for action in InvitationAction]


@pytest.mark.parametrize(("status", "action"), STEPS)
def test_each_action_leads_on_or_is_refused(
    status: InvitationStatus, action: InvitationAction
) -> None:
    if outcome := LIFE.get((status.value, action.value)):
        assert advance(status, action) == outcome
        return
    with pytest.raises(InvitationNotPending) as refused:
        advance(status, action)
    expired = status is InvitationStatus.EXPIRED
    assert refused.type is (InvitationExpired if expired else InvitationNotPending)


def test_a_refused_action_says_what_stood_in_its_way() -> None:
    with pytest.raises(InvitationNotPending) as refused:
        advance(InvitationStatus.DECLINED, InvitationAction.ACCEPT)
    assert str(refused.value) == "Cannot accept an invitation that is DECLINED."
    assert refused.value.code == "INVITATION_NOT_PENDING"


def test_open_invitations_are_those_with_a_way_on() -> None:
    assert {status.value for status in OPEN} == {status for status, _ in LIFE}


ANNA, BO, BILLING, RETURNS = (UUID(int=number) for number in range(1, 5))
INVITER = Inviter(ANNA, BILLING, OrganizationRole.AGENT)
WILLING = Candidate(
    BO, BILLING, False, AgentPresence.ONLINE, collaborations=0, takes_part=False, invited=False
)
FREE = Seats(0, 3)


def codes(
    candidate: Candidate = WILLING,
    *,
    policy: Policy | None = None,
    inviter: Inviter = INVITER,
    seats: Seats = FREE,
) -> list[str]:
    return [each.code for each in reasons_against(policy or Policy(), inviter, candidate, seats)]


@pytest.mark.parametrize("presence", [AgentPresence.ONLINE, AgentPresence.BUSY, AgentPresence.AWAY])
def test_nothing_speaks_against_a_free_colleague(presence: AgentPresence) -> None:
    assert codes(replace(WILLING, presence=presence)) == []


REASONS = {
    "INVITEE_OFFLINE": replace(WILLING, presence=AgentPresence.OFFLINE),
    "INVITEE_DO_NOT_DISTURB": replace(WILLING, presence=AgentPresence.DO_NOT_DISTURB),
    "CROSS_DEPARTMENT_NOT_PERMITTED": replace(WILLING, department_id=RETURNS, approvable=False),
    "EXTERNAL_NOT_PERMITTED": replace(WILLING, external=True),
    "ALREADY_PARTICIPANT": replace(WILLING, takes_part=True),
    "DUPLICATE_INVITATION": replace(WILLING, invited=True),
    "INVITEE_AT_CAPACITY": replace(WILLING, collaborations=5),
    "CANNOT_INVITE_SELF": replace(WILLING, agent_id=ANNA),
}


@pytest.mark.parametrize(("code", "candidate"), REASONS.items())
def test_each_reason_stands_alone(code: str, candidate: Candidate) -> None:
    assert codes(candidate) == [code]


def test_an_outside_expert_of_another_department_has_one_reason() -> None:
    assert codes(replace(WILLING, external=True, department_id=RETURNS)) == [
        "EXTERNAL_NOT_PERMITTED"
    ]


def test_with_the_right_an_outside_expert_is_asked_without_being_connected() -> None:
    """R53: they have no desk here; do-not-disturb holds for them too."""
    host = replace(INVITER, rights=frozenset({OrganizationRight.INVITE_EXTERNAL}))
    away = replace(WILLING, external=True, presence=AgentPresence.OFFLINE)
    assert codes(away, inviter=host) == []
    quiet = replace(away, presence=AgentPresence.DO_NOT_DISTURB)
    assert codes(quiet, inviter=host) == ["INVITEE_DO_NOT_DISTURB"]


def test_the_inviter_is_told_once_that_they_take_part() -> None:
    assert codes(replace(WILLING, agent_id=ANNA, takes_part=True)) == ["CANNOT_INVITE_SELF"]


def test_collaboration_can_be_switched_off() -> None:
    assert codes(policy=Policy(enabled=False)) == ["COLLABORATION_DISABLED"]


@pytest.mark.parametrize("role", OrganizationRole)
def test_roles_that_may_invite_are_a_policy(role: OrganizationRole) -> None:
    policy = Policy(roles_that_may_invite=frozenset({OrganizationRole.SUPERVISOR}))
    refused = [] if role is OrganizationRole.SUPERVISOR else ["ROLE_NOT_ALLOWED_TO_INVITE"]
    assert codes(policy=policy, inviter=replace(INVITER, role=role)) == refused


@pytest.mark.parametrize(("taken", "full"), [(2, False), (3, True), (4, True)])
def test_seats_are_counted(taken: int, full: bool) -> None:
    assert codes(seats=Seats(taken, 3)) == (["COLLABORATOR_LIMIT_REACHED"] if full else [])


def test_all_reasons_come_at_once() -> None:
    worst = Candidate(BO, RETURNS, False, AgentPresence.OFFLINE, 9, True, True, approvable=False)
    policy = Policy(enabled=False, roles_that_may_invite=frozenset())
    assert codes(worst, policy=policy, seats=Seats(3, 3)) == [
        "COLLABORATION_DISABLED",
        "ROLE_NOT_ALLOWED_TO_INVITE",
        "CROSS_DEPARTMENT_NOT_PERMITTED",
        "ALREADY_PARTICIPANT",
        "DUPLICATE_INVITATION",
        "INVITEE_OFFLINE",
        "INVITEE_AT_CAPACITY",
        "COLLABORATOR_LIMIT_REACHED",
    ]


def details(refusal: Refusal) -> dict[str, int | str]:
    assert isinstance(refusal, LimitReached)
    return dict(refusal.reason.details)


def test_limits_say_how_many_and_of_how_many() -> None:
    (seats,) = reasons_against(Policy(), INVITER, WILLING, Seats(4, 3))
    assert details(seats) == {"limit": 3, "current": 4}
    (capacity,) = capacity_reasons(Policy(collaborations_per_agent=2), 2)
    assert details(capacity) == {"limit": 2, "current": 2}
    assert list(capacity_reasons(Policy(collaborations_per_agent=2), 1)) == []


@pytest.mark.parametrize(
    ("candidate", "emergency", "kind"),
    [
        (WILLING, False, "STANDARD"),
        (replace(WILLING, department_id=RETURNS), False, "CROSS_DEPARTMENT"),
        (replace(WILLING, department_id=RETURNS, external=True), False, "EXTERNAL_EXPERT"),
        (WILLING, True, "EMERGENCY"),
        (replace(WILLING, department_id=RETURNS, external=True), True, "EMERGENCY"),
    ],
)
def test_the_kind_follows_from_people_and_emergency(
    candidate: Candidate, emergency: bool, kind: str
) -> None:
    """R51, R52, R53, R54: nobody chooses it."""
    assert kind_of(INVITER, candidate, emergency=emergency) == kind


def test_what_needs_approval_is_no_refusal() -> None:
    """R174: only that nobody could approve is one."""
    assert codes(replace(WILLING, department_id=RETURNS)) == []


def test_an_emergency_skips_approval_and_do_not_disturb_only() -> None:
    """R54: not the right to invite outside experts, and no limit."""
    away = replace(
        WILLING,
        department_id=RETURNS,
        approvable=False,
        presence=AgentPresence.DO_NOT_DISTURB,
        external=True,
        collaborations=5,
    )
    found = reasons_against(Policy(), INVITER, away, Seats(3, 3), emergency=True)
    assert [each.code for each in found] == [
        "EXTERNAL_NOT_PERMITTED",
        "INVITEE_AT_CAPACITY",
        "COLLABORATOR_LIMIT_REACHED",
    ]


@pytest.mark.parametrize("role", OrganizationRole)
@pytest.mark.parametrize("kind", ConversationClass)
def test_who_may_call_an_emergency(role: OrganizationRole, kind: ConversationClass) -> None:
    """R54: in an urgent conversation or a complaint anybody, elsewhere supervisors and admins."""
    fine = kind in {"URGENT", "COMPLAINT"} or role != "AGENT"
    if fine:
        check_emergency(role, [kind], "It burns")
    else:
        with pytest.raises(EmergencyNotJustified):
            check_emergency(role, [kind], "It burns")


def test_an_emergency_needs_a_reason() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_emergency(OrganizationRole.ADMIN, [], None)
    assert caught.value.reason.path == ["input", "emergencyReason"]


def test_the_organization_has_a_limit() -> None:
    """R167: with how many go on."""
    (refusal,) = reasons_against(Policy(), INVITER, WILLING, FREE, Seats(500, 500))
    assert refusal.code == "ORGANIZATION_LIMIT_REACHED"
    assert details(refusal) == {"limit": 500, "current": 500}
    assert reasons_against(Policy(), INVITER, WILLING, FREE, Seats(499, 500)) == []


def test_nobody_decides_about_their_own() -> None:
    """R52: neither does somebody who supervises nothing there."""
    carl = UUID(int=9)
    check_approver(ANNA, {BO, carl}, supervises=True)
    for people, supervises in (({ANNA, BO}, True), ({BO, carl}, False)):
        with pytest.raises(NotPermitted):
            check_approver(ANNA, people, supervises=supervises)
