"""What each level permits, and which level each role may be given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.errors import InvalidInput, LevelTooHigh, NotPermitted
from domain.permissions import (
    ROLE_LEVELS,
    CollaborationStance,
    ParticipantRole,
    Permission,
    PermissionLevel,
    check_below,
    check_offer,
    check_permits,
    check_raise,
    permissions_of,
    permits,
    stance,
)

READ_ONLY, GUIDE, EDIT, MANAGE, FULL = PermissionLevel
LATER = datetime(2030, 1, 1, tzinfo=UTC)

# One column for each level, READ_ONLY first.
PERMITTED = {
    "VIEW_CONVERSATION": "yes yes yes yes yes",
    "READ_NOTES": "yes yes yes yes yes",
    "WRITE_NOTES": "no yes yes yes yes",
    "PROPOSE_REPLY": "no yes yes yes yes",
    "REPLY_TO_CUSTOMER": "no no yes yes yes",
    "OPERATE": "no no yes yes yes",
    "INVITE": "no no no yes yes",
    "ADJUST_PERMISSION": "no no no yes yes",
    "REMOVE_PARTICIPANT": "no no no yes yes",
    "APPROVE_REPLY": "no no no yes yes",
    "TRANSFER_PRIMARY": "no no no no yes",
    "APPOINT_DELEGATE": "no no no no yes",
    "PAUSE": "no no no no yes",
    "CLOSE": "no no no no yes",
}
CELLS = [
    (permission, level, answer == "yes")
    for permission, row in PERMITTED.items()
    for level, answer in zip(PermissionLevel, row.split(), strict=True)
]


def test_levels_are_ordered_and_complete() -> None:
    assert [level.name for level in sorted(PermissionLevel)] == [
        "READ_ONLY",
        "GUIDE",
        "EDIT",
        "MANAGE",
        "FULL",
    ]
    assert {permission.value for permission in Permission} == set(PERMITTED)


@pytest.mark.parametrize(("permission", "level", "permitted"), CELLS)
def test_each_level_permits_what_the_table_says(
    permission: str, level: PermissionLevel, permitted: bool
) -> None:
    asked = Permission(permission)
    assert permits(level, asked) is permitted
    assert (asked in permissions_of(level)) is permitted
    if permitted:
        check_permits(level, asked)
        return
    with pytest.raises(NotPermitted):
        check_permits(level, asked)


@pytest.mark.parametrize("permission", Permission)
def test_without_a_level_nothing_is_permitted(permission: Permission) -> None:
    assert not permits(None, permission)
    with pytest.raises(NotPermitted):
        check_permits(None, permission)


def test_without_a_level_there_are_no_permissions() -> None:
    assert permissions_of(None) == []


def test_a_refusal_names_the_permission_and_the_level_that_holds_it() -> None:
    with pytest.raises(NotPermitted, match="needs INVITE in the conversation: level MANAGE"):
        check_permits(GUIDE, Permission.INVITE)


STANCES = {
    "PRIMARY": "LEAD",
    "SUPERVISOR": "MANAGER",
    "EXPERT": "SUPPORT",
    "COACH": "SUPPORT",
    "OBSERVER": "SUPPORT",
    "ASSISTANT": "SUPPORT",
    "SCRIBE": "SUPPORT",
    "GUEST_EXPERT": "SUPPORT",
}


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("role", ParticipantRole)
def test_stance_follows_role_and_level(role: ParticipantRole, level: PermissionLevel) -> None:
    expected = STANCES[role.value]
    if expected == "SUPPORT" and level is READ_ONLY:
        expected = "LEARNER"
    assert stance(role, level) is CollaborationStance(expected)


# Role: the level when invited, the highest an inviter may grant, whether an end is compulsory.
OFFERS = {
    "EXPERT": (GUIDE, EDIT, False),
    "COACH": (GUIDE, EDIT, False),
    "SCRIBE": (GUIDE, GUIDE, False),
    "OBSERVER": (READ_ONLY, READ_ONLY, False),
    "ASSISTANT": (GUIDE, GUIDE, True),
    "SUPERVISOR": (MANAGE, MANAGE, False),
}


def outcome(own: PermissionLevel, role: str, level: PermissionLevel, end: datetime | None) -> str:
    try:
        check_offer(own, ParticipantRole(role), level, end)
    except (LevelTooHigh, InvalidInput) as refusal:
        return refusal.code
    return "OK"


@pytest.mark.parametrize("role", OFFERS)
def test_each_role_begins_at_the_level_of_the_table(role: str) -> None:
    initial, _, end_required = OFFERS[role]
    levels = ROLE_LEVELS[ParticipantRole(role)]
    assert (levels.initial, levels.end_required) == (initial, end_required)


@pytest.mark.parametrize("own", PermissionLevel)
@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("role", OFFERS)
def test_an_offer_is_below_ones_own_level_and_within_the_role(
    role: str, level: PermissionLevel, own: PermissionLevel
) -> None:
    allowed = level < own and level <= OFFERS[role][1]
    assert outcome(own, role, level, LATER) == ("OK" if allowed else "LEVEL_TOO_HIGH")


@pytest.mark.parametrize("role", OFFERS)
def test_an_end_is_asked_of_those_whose_time_is_limited(role: str) -> None:
    initial, _, end_required = OFFERS[role]
    assert outcome(FULL, role, initial, None) == ("INVALID_INPUT" if end_required else "OK")


@pytest.mark.parametrize("role", ["PRIMARY", "GUEST_EXPERT"])
def test_some_roles_are_not_offered(role: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_offer(FULL, ParticipantRole(role), READ_ONLY, LATER)
    assert refused.value.reason.path == ["role"]


def test_a_missing_end_is_reported_at_its_input() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_offer(FULL, ParticipantRole.ASSISTANT, GUIDE, None)
    assert refused.value.reason.path == ["endsAt"]


@pytest.mark.parametrize("own", PermissionLevel)
@pytest.mark.parametrize("present", PermissionLevel)
@pytest.mark.parametrize("new", PermissionLevel)
def test_present_and_new_level_are_below_ones_own(
    own: PermissionLevel, present: PermissionLevel, new: PermissionLevel
) -> None:
    if present < own and new < own:
        check_below(own, present, new)
        return
    with pytest.raises(LevelTooHigh):
        check_below(own, present, new)


# Role: the highest level for good, and the highest for a time.
RAISES = {
    "EXPERT": (EDIT, MANAGE),
    "COACH": (EDIT, MANAGE),
    "SCRIBE": (EDIT, EDIT),
    "OBSERVER": (EDIT, EDIT),
    "ASSISTANT": (EDIT, EDIT),
    "SUPERVISOR": (MANAGE, MANAGE),
    "GUEST_EXPERT": (GUIDE, GUIDE),
}


@pytest.mark.parametrize("until", [None, LATER])
@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("role", RAISES)
def test_a_role_is_raised_within_its_bounds(
    role: str, level: PermissionLevel, until: datetime | None
) -> None:
    lasting, for_a_time = RAISES[role]
    if level <= (for_a_time if until else lasting):
        check_raise(ParticipantRole(role), level, until)
        return
    with pytest.raises(LevelTooHigh):
        check_raise(ParticipantRole(role), level, until)


def test_every_role_but_the_primary_has_levels() -> None:
    assert {role.value for role in ROLE_LEVELS} == set(RAISES)
