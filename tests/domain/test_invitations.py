"""The invitation's life, and every reason why somebody cannot be invited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.errors import InvitationExpired, InvitationNotPending, LimitReached, Refusal
from domain.invitations import (
    OPEN,
    Candidate,
    InvitationAction,
    InvitationStatus,
    Inviter,
    Seats,
    advance,
    capacity_reasons,
    reasons_against,
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


INVITER = Inviter("anna", "billing", OrganizationRole.AGENT)
WILLING = Candidate(
    "bo", "billing", False, AgentPresence.ONLINE, collaborations=0, takes_part=False, invited=False
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
    "CROSS_DEPARTMENT_NOT_PERMITTED": replace(WILLING, department_id="returns"),
    "EXTERNAL_NOT_PERMITTED": replace(WILLING, external=True),
    "ALREADY_PARTICIPANT": replace(WILLING, takes_part=True),
    "DUPLICATE_INVITATION": replace(WILLING, invited=True),
    "INVITEE_AT_CAPACITY": replace(WILLING, collaborations=5),
    "CANNOT_INVITE_SELF": replace(WILLING, agent_id="anna"),
}


@pytest.mark.parametrize(("code", "candidate"), REASONS.items())
def test_each_reason_stands_alone(code: str, candidate: Candidate) -> None:
    assert codes(candidate) == [code]


def test_an_outside_expert_of_another_department_has_one_reason() -> None:
    assert codes(replace(WILLING, external=True, department_id="law")) == ["EXTERNAL_NOT_PERMITTED"]


def test_the_inviter_is_told_once_that_they_take_part() -> None:
    assert codes(replace(WILLING, agent_id="anna", takes_part=True)) == ["CANNOT_INVITE_SELF"]


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
    worst = Candidate("bo", "returns", False, AgentPresence.OFFLINE, 9, True, True)
    policy = Policy(enabled=False, roles_that_may_invite=frozenset())
    assert codes(worst, policy=policy, seats=Seats(3, 3)) == [
        "COLLABORATION_DISABLED",
        "ROLE_NOT_ALLOWED_TO_INVITE",
        "CROSS_DEPARTMENT_NOT_PERMITTED",
        "INVITEE_OFFLINE",
        "ALREADY_PARTICIPANT",
        "DUPLICATE_INVITATION",
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
