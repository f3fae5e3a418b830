"""Who asks."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.actors import (
    INTEGRATION_RIGHTS,
    MEMBER_RIGHTS,
    OUTSIDER_RIGHTS,
    ROLE_RIGHTS,
    Actor,
    ActorKind,
    OrganizationRole,
)


def actor(kind: ActorKind, role: OrganizationRole | None = None) -> Actor:
    return Actor(kind, uuid4(), uuid4(), role)


@pytest.mark.parametrize("kind", ["AGENT", "CUSTOMER", "INTEGRATION"])
def test_each_kind_of_actor_is_an_audience(kind: str) -> None:
    assert actor(ActorKind(kind)).audience == kind


def test_the_system_is_no_audience() -> None:
    with pytest.raises(ValueError, match="SYSTEM"):
        assert actor(ActorKind.SYSTEM).audience


@pytest.mark.parametrize("role", [None, *OrganizationRole])
def test_only_admins_are_admins(role: OrganizationRole | None) -> None:
    assert actor(ActorKind.AGENT, role).is_admin is (role == "ADMIN")


def test_rights_of_the_organization() -> None:
    assert sorted(MEMBER_RIGHTS) == ["FIND_AGENTS", "OPEN_CONVERSATION"]
    assert sorted(ROLE_RIGHTS[OrganizationRole.ADMIN] - MEMBER_RIGHTS) == [
        "INVITE_EXTERNAL",
        "MANAGE_POLICY",
        "READ_AUDIT",
    ]
    assert sorted(ROLE_RIGHTS[OrganizationRole.SUPERVISOR] - MEMBER_RIGHTS) == ["INVITE_EXTERNAL"]
    assert sorted(INTEGRATION_RIGHTS) == ["OPEN_CONVERSATION"]
    assert not OUTSIDER_RIGHTS
