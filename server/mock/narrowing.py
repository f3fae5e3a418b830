"""What the way to an object tells about it: filters by enum are kept, and an event's name says what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, get_nullable_type

from server.mock.dice import Dice

FILTER = "where"


def narrowed(
    kind: GraphQLObjectType, dice: Dice, key: str, way: tuple[str, str, Mapping[str, Any]]
) -> dict[str, str]:
    """Return the enum fields that the way decides: the parent's kind, the field and its arguments."""
    return {
        name: dice.pick(among, key, name)
        for name, values in _enums(kind).items()
        if (among := _among(name, kind.name, way)) and set(among) <= values
    }


@lru_cache(1_000)
def _enums(kind: GraphQLObjectType) -> dict[str, set[str]]:
    types: dict[str, Any] = {
        name: get_nullable_type(field.type) for name, field in kind.fields.items()
    }
    return {
        name: set(each.values) for name, each in types.items() if isinstance(each, GraphQLEnumType)
    }


def _among(name: str, kind: str, way: tuple[str, str, Mapping[str, Any]]) -> Sequence[str]:
    """Return what may be: `statuses: [PENDING]` filters, `pendingInvitations` and `InvitationAccepted` tell."""
    parent, field, arguments = way
    asked = {**arguments, **(arguments.get(FILTER) or {})}
    if chosen := asked.get(f"{name}s") or asked.get(f"{name}es"):
        return list(chosen)
    if parent.startswith(kind):
        return [parent.removeprefix(kind).upper()]
    plural = f"{kind}s"
    return [field.removesuffix(plural).upper()] if field.endswith(plural) else []
