"""What followers must have in common to be told the same: by the declarations of the fields that they select."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actors import Actor, ActorKind, OrganizationRight
from domain.ids import new_id
from domain.permissions import ParticipantRole, PermissionLevel
from schema.fields import Sight
from schema.sharing import CORE, Shape, declared, plan
from subscriptions.streams import Standing
from tests.streams.test_sharing import NOTES, WHO_CAN


def somebody(**kwargs: Any) -> Actor:
    rights = frozenset({OrganizationRight.FIND_AGENTS})
    made = Actor(ActorKind.AGENT, new_id(), ORGANIZATION, rights=rights)
    return replace(made, **kwargs)


ORGANIZATION = new_id()
EXPERT = Standing(ParticipantRole.EXPERT, PermissionLevel.GUIDE)
GUEST = Standing(ParticipantRole.GUEST_EXPERT, PermissionLevel.GUIDE)


def shape(document: str) -> Any:
    found = plan(document, None)
    services: Any = None
    return Shape(services, found, (document,), ("",), None)


OF_NOTHING = "subscription { inbox { __typename id cursor } }"
OF_ORGANIZATION = "subscription { inbox { actor { agent { name } } } }"


@pytest.mark.parametrize(
    ("document", "sight"),
    [
        (OF_NOTHING, Sight.SAME),
        (OF_ORGANIZATION, Sight.ORGANIZATION),
        (NOTES, Sight.PART),
        (WHO_CAN, Sight.OWN),
        ("subscription { inbox { ...F } } fragment F on ParticipantJoined { participant { viewerCan { remove } } }", Sight.OWN),
        ("subscription { inbox { ... on InboxSnapshot { unansweredCount } } }", Sight.OWN),
        ("subscription { customerMessages { ... on TranscriptMessageAdded { message { text } } } }", Sight.OWN),
    ],
)  # fmt: skip
def test_the_furthest_sight_of_all_fields_decides(document: str, sight: Sight) -> None:
    assert plan(document, None).sight is sight


@pytest.mark.parametrize(
    ("document", "other", "standing", "alike"),
    [
        (NOTES, {}, EXPERT, True),
        (NOTES, {}, replace(EXPERT, level=PermissionLevel.EDIT), False),
        (NOTES, {}, replace(EXPERT, role=ParticipantRole.COACH), False),
        (NOTES, {"organization_id": new_id()}, EXPERT, False),
        (NOTES, {"rights": frozenset()}, EXPERT, False),
        (NOTES, {"kind": ActorKind.CUSTOMER}, EXPERT, False),
        (OF_ORGANIZATION, {}, replace(EXPERT, level=PermissionLevel.EDIT), True),
        (OF_ORGANIZATION, {"organization_id": new_id()}, EXPERT, False),
        (OF_NOTHING, {}, GUEST, False),
        (WHO_CAN, {}, EXPERT, False),
    ],
)
def test_who_is_alike(document: str, other: Any, standing: Standing, *, alike: bool) -> None:
    asked = shape(document)
    mine = asked.sight(somebody(), EXPERT)
    assert (asked.sight(somebody(**other), standing) == mine) is alike


def test_nobody_is_alike_with_a_guest_and_a_guest_with_nobody_else() -> None:
    for document in (OF_NOTHING, OF_ORGANIZATION, NOTES):
        asked = shape(document)
        assert asked.sight(somebody(), GUEST) != asked.sight(somebody(), GUEST)


def test_ones_own_subscriptions_are_alike_whatever_token_they_came_by() -> None:
    me = somebody(expires_at=datetime.now(UTC))
    later = replace(me, expires_at=datetime.now(UTC) + timedelta(hours=1))
    assert shape(WHO_CAN).sight(me, EXPERT) == shape(WHO_CAN).sight(later, EXPERT)


def test_what_speaks_of_the_viewer_declares_it() -> None:
    """A field whose name says that it is about the asker is never shared beyond those of the same part."""
    for kind in CORE.type_map.values():
        for name in getattr(kind, "fields", {}):
            if name.startswith(("viewer", "my")) and kind.name not in {"Query", "Mutation"}:
                assert declared(kind, name) >= Sight.PART, f"{kind.name}.{name}"


def test_a_variable_that_only_says_where_to_begin_is_none_of_the_answer() -> None:
    assert plan(NOTES, None).variables == {"id"}
    twice = """subscription ($after: Cursor) {
      inbox(after: $after) { ... on ConversationOpened { conversation { messages(after: $after) { nodes { id } } } } }
    }"""
    assert plan(twice, None).variables == {"after"}
