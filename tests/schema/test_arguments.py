"""Arguments become what strawberry would make of them."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLNonNull
from strawberry.types.arguments import convert_arguments

from domain.agents import AgentPresence
from schema.arguments import Arguments
from schema.build import schema

CONVERTER = schema.schema_converter
GIVEN: list[tuple[str, dict[str, Any]]] = [
    ("conversation", {"id": "any"}),
    ("onlineAgents", {}),
    ("onlineAgents", {"where": None, "first": 3, "after": "any"}),
    ("onlineAgents", {"where": {}, "availableFor": None}),
    ("onlineAgents", {"where": {"departmentIds": ["a", "b"], "text": None}}),
    ("onlineAgents", {"where": {"presences": [AgentPresence.BUSY]}, "orderBy": {"field": "any"}}),
    ("conversations", {"where": {"participating": True}, "last": 0}),
]


@pytest.mark.parametrize(("field", "given"), GIVEN)
def test_arguments_are_converted_as_strawberry_does(field: str, given: dict[str, Any]) -> None:
    query = schema._schema.query_type  # as graphql-core has it
    assert query
    definition = query.fields[field].extensions["strawberry-definition"]
    registry, config = CONVERTER.scalar_registry, CONVERTER.config
    expected = convert_arguments(dict(given), definition.arguments, registry, config)
    assert Arguments(definition, CONVERTER).converted(given) == expected


def test_a_list_is_a_copy() -> None:
    """Defaults are the same objects for every request."""
    query = schema._schema.query_type  # as graphql-core has it
    assert query
    definition = query.fields["onlineAgents"].extensions["strawberry-definition"]
    ids = ["a"]
    found = Arguments(definition, CONVERTER).converted({"where": {"departmentIds": ids}})
    assert found["where"].department_ids == ids
    assert found["where"].department_ids is not ids


def example(kind: Any, depth: int = 5) -> Any:
    """Return a value with everything in it, as graphql-core has coerced it."""
    if isinstance(kind, GraphQLNonNull):
        return example(kind.of_type, depth)
    if isinstance(kind, GraphQLList):
        return [example(kind.of_type, depth), example(kind.of_type, depth)]
    if isinstance(kind, GraphQLInputObjectType):
        parts = kind.fields.items() if depth else ()
        return {name: example(field.type, depth - 1) for name, field in parts}
    return "a leaf"


@pytest.mark.parametrize("kind", ["Query", "Mutation"])
def test_whatever_can_be_given_is_converted_as_strawberry_does(kind: str) -> None:
    """All of it, nothing, nulls, and what is left out."""
    registry, config = CONVERTER.scalar_registry, CONVERTER.config
    for field in schema._schema.type_map[kind].fields.values():  # type: ignore[attr-defined]  # an object type
        definition = field.extensions["strawberry-definition"]
        whole = {name: example(each.type) for name, each in field.args.items()}
        empty = {name: {} if isinstance(each, dict) else each for name, each in whole.items()}
        nulls, unset = dict.fromkeys(whole), dict.fromkeys(whole, strawberry.UNSET)
        for given in (whole, empty, nulls, unset, {}):
            expected = convert_arguments(dict(given), definition.arguments, registry, config)
            assert Arguments(definition, CONVERTER).converted(given) == expected
