"""R111-R122: which rule applies in which situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass, CustomerTier
from domain.errors import InvalidInput
from domain.invite_rules import (
    USUAL_RULES,
    InviteUrgency,
    Situation,
    applies,
    check_settings,
    effective,
)
from domain.permissions import ParticipantRole

NOTHING = Situation({}, lambda word: False, CustomerTier.STANDARD, False, False, ())
URGENT, COMPLAINT = ConversationClass.URGENT, ConversationClass.COMPLAINT
RULES = {rule.slug: rule for rule in USUAL_RULES}


def situation(**facts: Any) -> Situation:
    if said := facts.pop("said", None):
        facts["says"] = lambda word: word == said
    return replace(NOTHING, **facts)


SITUATIONS: list[tuple[Situation, list[str]]] = [
    (NOTHING, []),
    (situation(topics={"technical": 1.0}), ["technical"]),  # R111
    (situation(topics={"technical": 0.4}), []),
    (situation(topics={"business": 0.6}), ["business"]),  # R112
    (situation(topics={"complaint": 1.0}), ["complaint"]),  # R113
    (situation(topics={"sales": 1.0}), ["sales"]),  # R114
    (situation(tier=CustomerTier.VIP), ["vip"]),  # R115
    (situation(tier=CustomerTier.NEW), ["new-customer"]),  # R116
    (situation(churn_risk=True), ["churn-risk"]),  # R117
    (situation(topics={"retention": 1.0}), ["leaving"]),  # R117
    (situation(opportunity=True), ["opportunity"]),  # R118
    (situation(classes=[URGENT]), []),
    (situation(classes=[URGENT], topics={"technical": 1.0}), ["technical", "urgent-failure"]),
    (situation(classes=[COMPLAINT]), ["escalated-complaint"]),  # R120
    (situation(said="愤怒"), ["emotions"]),  # R120
    (situation(said="today"), []),
    (situation(said="today", opportunity=True), ["opportunity", "timely-opportunity"]),  # R121
    (situation(topics={"legal": 1.0}), ["legal-risk"]),  # R122
]


@pytest.mark.parametrize(("here", "expected"), SITUATIONS)
def test_a_rule_applies_where_all_that_it_names_holds(here: Situation, expected: list[str]) -> None:
    """R111-R122."""
    assert [rule.slug for rule in effective([]) if applies(rule, here)] == expected


def test_the_rules_say_whom_to_ask_and_how() -> None:
    """R113, R115, R116, R119: a supervisor, several people, a coach, at once."""
    assert RULES["complaint"].wanted_role is OrganizationRole.SUPERVISOR
    assert RULES["complaint"].role is ParticipantRole.SUPERVISOR
    assert RULES["vip"].people > 1
    assert RULES["new-customer"].role is ParticipantRole.COACH
    assert RULES["new-customer"].least_level == 4
    at_once = {rule.slug for rule in USUAL_RULES if rule.urgency is InviteUrgency.IMMEDIATE}
    assert {"vip", "urgent-failure", "escalated-complaint", "legal-risk"} <= at_once
    assert all(rule.reason.endswith(".") for rule in USUAL_RULES)
    assert not any(rule.automatic for rule in USUAL_RULES)


def test_an_own_rule_takes_the_place_of_the_usual_one() -> None:
    off = replace(RULES["vip"], enabled=False)
    own = replace(RULES["technical"], slug="printers", position=5)
    rules = effective([off, own])
    assert rules[0] == own
    assert len(rules) == len(USUAL_RULES) + 1
    assert not any(
        rule.slug == "vip" and applies(rule, situation(tier=CustomerTier.VIP)) for rule in rules
    )


@pytest.mark.parametrize(
    "wrong", [{"people": 0}, {"people": 6}, {"least_level": 6}, {"reason": None}]
)
def test_bounds_are_kept(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        check_settings(wrong)
