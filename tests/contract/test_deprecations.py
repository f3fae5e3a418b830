"""What is deprecated says why, what to use instead, and when it goes."""

from __future__ import annotations

import pytest

from schema.build import sdl
from server.contract.deprecations import violations

pytestmark = pytest.mark.one_database

WHY = "It told one department only."
USE = "Use `Agent.departments`."
WHEN = "Deprecated on 2026-01-15, removed on 2026-06-01."
SCHEMA = """
type Agent {{ departments: [String!] department: String @deprecated(reason: "{reason}") gone: Int @deprecated(
  reason: "Nobody asked for it. Use `Agent.departments`. Deprecated on 2026-01-15, removed on 2026-04-15.") }}
enum Kind {{ OLD @deprecated(reason: "{reason}") NEW }}
input Filter {{ department: ID @deprecated(reason: "{reason}") }}
type Query {{ agent(id: ID @deprecated(reason: "{reason}"), where: Filter, kind: Kind): Agent }}
"""
PLACES = ["Agent.department", "Kind.OLD", "Filter.department", "Query.agent(id:)"]


def test_ours_keeps_the_policy() -> None:
    assert violations(sdl()) == []


def test_a_full_announcement_is_enough_wherever_it_stands() -> None:
    assert violations(SCHEMA.format(reason=f"{WHY} {USE} {WHEN}")) == []


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        (f"{USE} {WHEN}", "does not say why it is deprecated."),
        (f"{WHY} {WHEN}", "does not say what to use instead: Use `Type.field`."),
        (
            f"{WHY} Use `Agent.teams`. {WHEN}",
            "names a replacement that is not there: `Agent.teams`.",
        ),
        (
            f"{WHY} Use `Agent.gone`. {WHEN}",
            "names a replacement that is deprecated itself: `Agent.gone`.",
        ),
        (f"{WHY} {USE}", "does not say when: Deprecated on 2026-01-15, removed on 2026-06-01."),
        (
            f"{WHY} {USE} Deprecated on 2026-01-15, removed on 2026-04-14.",
            "goes 89 days after it was announced; 90 are promised.",
        ),
        (
            f"{WHY} {USE} Deprecated on 2026-02-30, removed on 2026-06-01.",
            "names a day that no calendar has: Deprecated on 2026-02-30, removed on 2026-06-01.",
        ),
    ],
)
def test_each_violation_is_found_in_each_place(reason: str, problem: str) -> None:
    found = violations(SCHEMA.format(reason=reason))
    assert sorted(found) == sorted(f"{place} {problem}" for place in PLACES)


def test_the_reason_that_nobody_wrote_is_none() -> None:
    found = violations("type Query { old: Int @deprecated }")
    assert "Query.old does not say why it is deprecated." in found
    assert len(found) == 3
