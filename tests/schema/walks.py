"""Walks over the built schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from schema.build import schema

BUILT = schema._schema


ROOTS = ("Query", "Mutation", "Subscription")


def types() -> list[Any]:
    return [kind for kind in BUILT.type_map.values() if not kind.name.startswith("__")]


def fields() -> Iterator[tuple[str, Any]]:
    """Yield every output field by its full name."""
    for kind in types():
        if is_object_type(kind) or is_interface_type(kind):
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())


def arguments() -> Iterator[tuple[str, Any]]:
    for name, field in fields():
        yield from ((f"{name}({key})", argument) for key, argument in field.args.items())
    for directive in BUILT.directives:
        named = directive.args.items()
        yield from ((f"@{directive.name}({key})", argument) for key, argument in named)


def input_fields() -> Iterator[tuple[str, Any]]:
    for kind in filter(is_input_object_type, types()):
        yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())


def values() -> Iterator[tuple[str, Any]]:
    for kind in filter(is_enum_type, types()):
        yield from ((f"{kind.name}.{name}", value) for name, value in kind.values.items())


def everything() -> list[tuple[str, Any]]:
    named = [(kind.name, kind) for kind in types()]
    directives = [(f"@{directive.name}", directive) for directive in BUILT.directives]
    return [*named, *directives, *fields(), *arguments(), *input_fields(), *values()]


def list_of(kind: Any) -> Any:
    """Return the list type behind an optional non-null, or None."""
    inner = kind.of_type if is_non_null_type(kind) else kind
    return inner if is_list_type(inner) else None
