"""The limits of a document: what front-ends send passes, what would stall the service is refused at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from schema.build import schema
from schema.limits import LIMITS, exceeded, measured, sizes_of
from schema.selections import operation_of

OPERATIONS = sorted((Path(__file__).parents[2] / "operations").glob("*.graphql"))
DEEP = "conversation { participants(first: 1) { nodes { "


def refused(document: str, **variables: Any) -> set[str]:
    """Return what is too large, as the messages name it."""
    parsed = parse(document)
    sizes = sizes_of(operation_of(parsed, None), variables)
    errors = exceeded(measured(schema._schema, parsed, None, sizes))
    assert {(e.extensions or {})["code"] for e in errors} <= {"QUERY_TOO_COMPLEX"}
    return {error.message.split(": ")[1].split()[0] for error in errors}


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
def test_what_front_ends_send_passes(file: Path) -> None:
    assert refused(file.read_text()) == set()


def test_introspection_passes() -> None:
    assert refused(get_introspection_query(input_value_deprecation=True)) == set()


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("{ viewer { agent { " + DEEP * 4 + "id" + " } }" * 4 + " }" * 4 + " } } }", "depth"),
        ("{ " + " ".join(f"a{n}: viewer {{ rights }}" for n in range(16)) + " }", "aliases"),
        ("{ viewer { rights " + "@include(if: true) " * 51 + "} }", "directives"),
        ("{ viewer { agent { " + "name " * 501 + "} } }", "fields"),
        (
            "{ onlineAgents(first: 100) { nodes { skills { skill { id name slug id name id id id id id id id id id id id id id id id } } } } }",
            "cost",
        ),
        (
            "query ($n: Int) { onlineAgents(first: $n) { nodes { skills { level skill { id name slug id id id id id id id id id id id id id id id id id id id } } } } }",
            "cost",
        ),
        (
            "{ conversations(first: 100) { nodes { messages { nodes { id text sentAt author sentBy { id } } } } } }",
            "cost",
        ),
    ],
)
def test_more_than_a_limit_is_refused(document: str, what: str) -> None:
    assert what in refused(document, n=100)


def test_a_page_is_counted_once_whether_by_edges_or_nodes() -> None:
    half = "edges { node { messages(first: 20) { edges { node { id text } } } } }"
    assert refused("{ conversations(first: 100) { " + half + " } }") == set()


def test_a_variable_counts_by_its_value_its_default_or_the_usual_size() -> None:
    half = "conversations(first: $n) { nodes { messages(first: 20) { nodes { id text sentAt author sentBy { id } } } } }"
    assert "cost" in refused(f"query ($n: Int) {{ {half} }}", n=100)
    assert "cost" in refused(f"query ($n: Int = 100) {{ {half} }}")
    assert "cost" in refused(f"query ($n: Int) {{ {half} }}", n="many")
    assert refused(f"query ($n: Int) {{ {half} }}", n=20) == set()
    assert refused(f"query ($n: Int) {{ {half} }}", n=None) == set()
    assert refused(f"query ($n: Int) {{ {half} }}") == set()


def test_a_number_of_any_length_is_measured() -> None:
    assert refused("{ conversations(first: " + "9" * 5000 + ") { nodes { id } } }") == set()


def test_introspection_has_a_limit_of_its_own() -> None:
    one = "__schema { types { fields { type { fields { name } } } } }"
    assert refused("{ " + one + " }") == set()
    many = " ".join(f"a{number}: {one}" for number in range(15))
    assert refused("{ " + many + " }") == {"introspection"}


def test_fragments_are_measured_through_and_only_once() -> None:
    """Thirty fragments, each spread twice in the one before, stand for a billion fields."""
    doubled = "".join(f"fragment F{n} on Agent {{ ...F{n + 1} ...F{n + 1} }} " for n in range(30))
    document = "{ viewer { agent { ...F0 } } } " + doubled + "fragment F30 on Agent { name }"
    assert "fields" in refused(document)  # measured without memory it would not end


def test_a_fragment_that_spreads_itself_or_is_unknown_does_no_harm() -> None:
    assert (
        refused("{ viewer { agent { ...A } } } fragment A on Agent { name ...A ...Nope }") == set()
    )


def test_the_limits_are_those_that_are_documented() -> None:
    assert (LIMITS.depth, LIMITS.aliases, LIMITS.directives) == (12, 15, 50)
    assert (LIMITS.fields, LIMITS.cost) == (500, 10_000)
