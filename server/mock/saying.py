"""What a request says, by name: a payload echoes it, as the service would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLResolveInfo, get_nullable_type

from schema.scalars import show_moment

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
            said[name] = (str(kind), _told(str(kind), value))
    return said


def _of_input(kind: GraphQLInputObjectType, given: Mapping[str, Any]) -> Said:
    return {
        name: (named, _told(named, value))
        for name, value in given.items()
        if value is not None
        for named in [str(get_nullable_type(kind.fields[name].type))]
    }


def _told(kind: str, value: Any) -> Any:
    """Return the value as an answer has it: of a time there are many ways to write it, and one to tell it."""
    if kind != "DateTime":
        return value
    try:
        return show_moment(datetime.fromisoformat(value).astimezone(UTC))
    except (TypeError, ValueError):  # the schema's own scalar would refuse it
        return value
