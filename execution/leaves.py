"""Leaves: how a value becomes JSON, as an expression where the type is exactly what is expected."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType
from graphql.pyutils import Undefined

from execution.declined import Declined

# What passes as it is; everything else goes through the type.
UNCHANGED = {
    "String": "{v}.__class__ is str",
    "ID": "{v}.__class__ is str",
    "Boolean": "{v}.__class__ is bool",
    "Int": "{v}.__class__ is int and -2147483648 <= {v} <= 2147483647",
}

Serializer = Callable[[Any], Any]


def serializer(leaf: GraphQLLeafType) -> Serializer:
    """Return the type's own way; what it refuses is declined, and so is None."""
    coerce: Serializer = leaf.coerce_output_value
    if _is_sure(coerce):
        return coerce

    def serialize(value: Any) -> Any:
        coerced = None if value is None else coerce(value)
        if coerced is None or coerced is Undefined:
            raise Declined
        return coerced

    return serialize


def _is_sure(coerce: Serializer) -> bool:
    """Tell whether a function says of itself that it takes values of one type, and always makes text of them."""
    said = getattr(coerce, "__annotations__", {})
    return said.get("return") == "str" and "Any" not in said.values()


def enumeration(leaf: GraphQLLeafType) -> dict[Any, str] | None:
    """Return the names of an enum's members, if all of them are of one Python enum."""
    if not isinstance(leaf, GraphQLEnumType):
        return None
    definition = leaf.extensions.get("strawberry-definition")
    members = getattr(definition, "wrapped_cls", None)
    if not (isinstance(members, type) and issubclass(members, Enum)):
        return None
    return {member: leaf.coerce_output_value(member) for member in members}
