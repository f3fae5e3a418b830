"""What a request says, by name: a payload echoes it, as the service would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLResolveInfo, get_nullable_type

Said = Mapping[str, tuple[str, Any]]


def said_by(info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Said:
    """Return the arguments, and the fields of an input among them, as (type, value)."""
    definitions = info.parent_type.fields[info.field_name].args
    said: dict[str, tuple[str, Any]] = {}
    for name, value in arguments.items():
        kind: Any = get_nullable_type(definitions[name].type)
        if isinstance(kind, GraphQLInputObjectType):
            said.update(_of_input(kind, value or {}))
        elif value is not None:
            said[name] = (str(kind), value)
    return said


def _of_input(kind: GraphQLInputObjectType, given: Mapping[str, Any]) -> Said:
    return {
        name: (str(get_nullable_type(kind.fields[name].type)), value)
        for name, value in given.items()
        if value is not None
    }
