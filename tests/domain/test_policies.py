"""What an organization gets unless it sets something else, and how many seats that makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from domain.activity import idleness, is_news
from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.errors import InvalidInput
from domain.policies import (
    BOUNDS,
    SIGN_SECONDS,
    Policy,
    changed,
    collaborator_limit,
    differences,
    published,
)

LIMITS = {"STANDARD": 3, "VIP": 5, "URGENT": 7, "COMPLAINT": 7}
MIXES = [mix for size in range(1, 5) for mix in combinations(LIMITS, size)]


@pytest.mark.parametrize("mix", MIXES, ids="+".join)
def test_of_several_classes_the_largest_limit_applies(mix: tuple[str, ...]) -> None:
    classes = [ConversationClass(name) for name in mix]
    assert collaborator_limit(Policy(), classes) == max(LIMITS[name] for name in mix)


def test_without_a_class_the_standard_limit_applies() -> None:
    assert collaborator_limit(Policy(), []) == 3


@pytest.mark.parametrize("kind", ConversationClass)
def test_each_class_has_a_limit_of_its_own(kind: ConversationClass) -> None:
    policy = Policy(standard_limit=11, vip_limit=12, urgent_limit=13, complaint_limit=14)
    limits = {"STANDARD": 11, "VIP": 12, "URGENT": 13, "COMPLAINT": 14}
    assert collaborator_limit(policy, [kind]) == limits[kind.value]


# The contract's defaults, written out once more.
DEFAULTS = {
    "standard_limit": 3,
    "vip_limit": 5,
    "urgent_limit": 7,
    "complaint_limit": 7,
    "collaborations_per_agent": 5,
    "collaborations_per_organization": 500,
    "invitation_validity_seconds": 300,
    "approval_validity_seconds": 300,
    "longest_deferral_seconds": 300,
    "reminder_seconds": 30,
    "deputies_after_seconds": 60,
    "invitations_per_inviter_per_minute": 10,
    "invitations_per_invitee_per_minute": 5,
    "emergencies_per_inviter_per_hour": 3,
    "authorization_validity_seconds": 120,
    "idle_warning_seconds": 600,
    "idle_removal_seconds": 900,
    "primary_unresponsive_seconds": 180,
    "invitation_answer_target_seconds": 30,
    "decision_target_seconds": 120,
    "customer_reply_target_seconds": 300,
    "collaboration_target_seconds": 1800,
    "presence_lease_seconds": 30,
    "heartbeat_seconds": 10,
    "skill_weight": 40,
    "history_weight": 30,
    "load_weight": 20,
    "availability_weight": 10,
    "event_retention_days": 30,
}


def test_the_defaults() -> None:
    policy = Policy()
    assert policy.enabled
    assert policy.roles_that_may_invite == set(OrganizationRole)
    assert policy.discuss_first == "IMPORTANT_ONLY"
    assert {name: getattr(policy, name) for name in BOUNDS} == DEFAULTS


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_stays_within_its_bounds(name: str) -> None:
    low, high = BOUNDS[name]
    for value in (low - 1, high + 1):
        with pytest.raises(InvalidInput) as caught:
            changed(Policy(), {name: value})
        assert caught.value.reason.path == ["input", published(name)]


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"idle_warning_seconds": 900}, "idleWarningSeconds"),
        ({"idle_removal_seconds": 600}, "idleRemovalSeconds"),
        ({"heartbeat_seconds": 30}, "heartbeatSeconds"),
        ({"heartbeat_seconds": 20, "idle_warning_seconds": 39}, "heartbeatSeconds"),
        ({"skill_weight": 41}, "skillWeight"),
        ({"enabled": None}, "enabled"),
    ],
)
def test_settings_fit_together(settings: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        changed(Policy(), settings)
    assert caught.value.reason.path == ["input", path]


def test_what_was_set_within_other_bounds_stands_until_it_is_set_anew() -> None:
    """R187: nobody is refused for what they have not set."""
    old = replace(Policy(), idle_warning_seconds=20)
    assert changed(old, {"standard_limit": 4}).idle_warning_seconds == 20
    with pytest.raises(InvalidInput):
        changed(old, {"heartbeat_seconds": 9})


@pytest.mark.parametrize("heartbeat", [1, 10, 25])
def test_whoever_sends_heartbeats_is_never_idle(heartbeat: int) -> None:
    """R108, R187: at the least patience that can be set, with each heartbeat some seconds late."""
    least = max(BOUNDS["idle_warning_seconds"][0], heartbeat + 2 * SIGN_SECONDS)
    policy = changed(Policy(), {"heartbeat_seconds": heartbeat, "idle_warning_seconds": least})
    with pytest.raises(InvalidInput):
        changed(policy, {"idle_warning_seconds": least - 1})
    noted = began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(100):
        sign = began + timedelta(seconds=number * heartbeat + (number % 10))
        assert idleness(policy).due_at(noted, None, None) > sign
        noted = sign if is_news(noted, sign) else noted


def test_differences_are_told_in_words() -> None:
    after = changed(
        Policy(),
        {
            "enabled": False,
            "vip_limit": 6,
            "roles_that_may_invite": frozenset({OrganizationRole.ADMIN}),
        },
    )
    assert differences(Policy(), after) == {
        "enabled": ("true", "false"),
        "vipLimit": ("5", "6"),
        "rolesThatMayInvite": ("ADMIN, AGENT, SUPERVISOR", "ADMIN"),
    }
