"""The published schema, as docs need it: which operations there are, and what enums' values mean."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLSchema, build_schema

ROOT = Path(__file__).resolve().parents[2]


@cache
def published() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


def has_mutation(name: str) -> bool:
    mutations = published().mutation_type
    return mutations is not None and name in mutations.fields


def meanings(enum: str) -> dict[str, str]:
    """Return what each value of an enum means, in its own words."""
    kind = published().type_map[enum]
    assert isinstance(kind, GraphQLEnumType), f"{enum} is an enum"
    return {name: value.description or "" for name, value in kind.values.items()}
