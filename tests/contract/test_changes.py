"""What breaks a client is told from what does not, pair by pair."""

from __future__ import annotations

import pytest

from schema.build import sdl
from server.contract.changes import changes
from server.contract.impact import Change, Impact
from server.contract.report import NOTHING, as_markdown, as_text
from tests.contract.pairs import BASE, PAIRS, Pair

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_each_change_is_classified(pair: Pair) -> None:
    assert BASE.count(pair.old) == 1, "the pair differs in one place"
    (change,) = changes(BASE, BASE.replace(pair.old, pair.new))
    assert (change.kind, change.impact) == (pair.kind, pair.impact)


def test_nothing_changes_in_the_same_schema() -> None:
    assert changes(sdl(), sdl()) == []
    assert as_text([]) == as_markdown([]) == NOTHING


def test_words_and_order_may_change_freely() -> None:
    assert changes(BASE, BASE.replace("type Note", '"""Said."""\ntype Note')) == []
    assert changes(BASE, BASE.replace("[AGENT, CUSTOMER]", "[CUSTOMER, AGENT]")) == []


def test_a_scalar_that_nothing_refers_to_is_missed_by_nobody() -> None:
    (change,) = changes(BASE.replace("old: Int", "old: Float"), BASE)
    assert change.kind == "FIELD_CHANGED_KIND"


def test_what_is_gone_says_how_it_was_announced() -> None:
    (change,) = changes(BASE, BASE.replace(' old: Int @deprecated(reason: "Use `Note.text`.")', ""))
    assert change.impact is Impact.BREAKING
    assert change.words == "Field Note.old was removed. It was deprecated: Use `Note.text`."


def test_the_report_begins_with_the_worst() -> None:
    after = BASE.replace("about: String ", "by: ID ").replace(
        "{ OPEN CLOSED }", "{ OPEN HELD CLOSED }"
    )
    report = as_text(changes(BASE, after))
    assert report.splitlines() == [
        "Breaking: requests that were answered are refused, or answered in another shape",
        "  Field Note.about was removed.",
        "",
        "Dangerous: requests stay valid, but clients may meet what they do not expect",
        "  Enum value Status.HELD was added.",
        "",
        "Safe: nothing changes for existing clients",
        "  Field Note.by was added.",
    ]


def test_in_the_change_log_names_stand_as_code() -> None:
    change = Change(Impact.SAFE, "", "@cost(weight: 1) was added to Query.node(id:).")
    assert as_markdown([change]).endswith("* `@cost(weight: 1)` was added to `Query.node(id:)`.")
