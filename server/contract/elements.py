"""Everything in a schema that has a place of its own: types, fields, arguments, input fields, enum values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)

WITH_FIELDS = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Element:
    """`coordinate` is what the specification calls a schema coordinate, like `Query.node(id:)`.

    `thing` is graphql-core's object, `parent` the element it belongs to.
    """

    coordinate: str
    thing: Any
    parent: Element | None = None

    @property
    def directives(self) -> dict[str, Arguments]:
        """The directives written on it, each with its arguments as they are written."""
        node = self.thing.ast_node
        return {each.name.value: _arguments(each) for each in (node and node.directives) or ()}

    @property
    def deprecation(self) -> str | None:
        return getattr(self.thing, "deprecation_reason", None)


def _arguments(node: DirectiveNode) -> Arguments:
    return {each.name.value: print_ast(each.value) for each in node.arguments or ()}


def elements(schema: GraphQLSchema) -> dict[str, Element]:
    """Return the elements that the schema itself defines, by their coordinates."""
    own = (each for each in schema.type_map.values() if not _is_built_in(each))
    return {each.coordinate: each for kind in own for each in _of_type(kind)}


def _is_built_in(kind: GraphQLNamedType) -> bool:
    return is_introspection_type(kind) or is_specified_scalar_type(kind)


def _of_type(kind: GraphQLNamedType) -> Iterator[Element]:
    whole = Element(kind.name, kind)
    yield whole
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield Element(f"{kind.name}.{name}", value, whole)
    if isinstance(kind, WITH_FIELDS):
        for name, field in kind.fields.items():
            yield from _of_field(Element(f"{kind.name}.{name}", field, whole))


def _of_field(field: Element) -> Iterator[Element]:
    yield field
    for name, argument in getattr(field.thing, "args", {}).items():
        yield Element(f"{field.coordinate}({name}:)", argument, field)
