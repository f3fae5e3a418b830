"""Arguments become what strawberry would make of them."""

from __future__ import annotations

from typing import Any

import pytest
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
