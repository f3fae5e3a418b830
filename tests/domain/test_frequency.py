"""How often people may be invited, and how long until they may be again."""

from __future__ import annotations

import pytest

from domain.frequency import Frequency, Sent, wait
from domain.policies import Policy

POLICY = Policy(
    invitations_per_inviter_per_minute=3,
    invitations_per_invitee_per_minute=2,
    emergencies_per_inviter_per_hour=1,
)


@pytest.mark.parametrize(
    ("ages", "limit", "expected"),
    [
        ([], 1, None),
        ([10.0], 2, None),
        ([10.0, 20.0], 2, 40.0),
        ([20.0, 10.0, 50.0], 2, 40.0),
        ([60.0, 10.0], 2, None),
        ([59.5, 10.0], 2, 0.5),
    ],
)
def test_the_wait_ends_when_enough_have_grown_old(
    ages: list[float], limit: int, expected: float | None
) -> None:
    """R168: at the boundary what is a minute old counts no more."""
    assert wait(ages, limit, 60.0) == expected


def sent(
    inviter: str = "anna",
    invitee: str = "bo",
    group: str = "1",
    emergency: bool = False,
    age: float = 10.0,
) -> Sent:
    return Sent(inviter, invitee, group, emergency, age)


def told(*lately: Sent, emergency: bool = False) -> list[int | str]:
    found = Frequency(POLICY, lately, "anna", emergency=emergency).against("bo")
    return [refusal.reason.details["retryAfterSeconds"] for refusal in found]


def test_an_inviter_is_slowed_down() -> None:
    groups = [sent(invitee="cy", group=str(number)) for number in range(3)]
    assert told(*groups[:2]) == []
    assert told(*groups) == [50]


def test_a_department_counts_once() -> None:
    assert told(*(sent(invitee=f"agent {number}") for number in range(9))) == []


def test_an_invitee_is_spared() -> None:
    assert told(*(sent(inviter="cy", group=str(number)) for number in range(2))) == [50]


def test_emergencies_are_few() -> None:
    before = sent(invitee="cy", emergency=True, age=600.0)
    assert told(before) == []
    assert told(before, emergency=True) == [3000]
    assert told(sent(inviter="cy", invitee="cy", emergency=True), emergency=True) == []
