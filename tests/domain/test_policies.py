"""What an organization gets unless it sets something else, and how many seats that makes."""

from __future__ import annotations

from itertools import combinations

import pytest

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.policies import Policy, collaborator_limit

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


def test_the_defaults() -> None:
    policy = Policy()
    assert policy.enabled
    assert policy.collaborations_per_agent == 5
    assert policy.invitation_validity_seconds == 300
    assert policy.inviting_roles == set(OrganizationRole)
