"""The documents of operations/, and which fields of the schema they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
    get_named_type,
    is_composite_type,
    parse,
    print_ast,
)

FILES = sorted((Path(__file__).parents[2] / "operations").glob("*.graphql"))

Field = tuple[str, str]


def operations() -> dict[str, OperationDefinitionNode]:
    nodes = [node for file in FILES for node in parse(file.read_text()).definitions]
    named = [node for node in nodes if isinstance(node, OperationDefinitionNode) and node.name]
    return {node.name.value: node for node in named if node.name}


def canonical(document: DocumentNode) -> str:
    """Return the document as graphql-core prints it, each definition below its comment."""
    printed = ["\n".join([*_comment(node), print_ast(node)]) for node in document.definitions]
    return "\n\n".join(printed) + "\n"


def _comment(node: Node) -> list[str]:
    lines: list[str] = []
    token = node.loc.start_token.prev if node.loc else None
    while token and token.kind is TokenKind.COMMENT:
        lines.insert(0, f"#{token.value}")
        token = token.prev
    return lines


def fields_of(schema: GraphQLSchema) -> set[Field]:
    """Return every field of every object and interface, introspection excluded."""
    kinds = (GraphQLObjectType, GraphQLInterfaceType)
    types = [kind for kind in schema.type_map.values() if isinstance(kind, kinds)]
    return {(kind.name, name) for kind in types for name in kind.fields if kind.name[:2] != "__"}


def asked(schema: GraphQLSchema, operation: OperationDefinitionNode) -> set[Field]:
    """Return the fields that the operation asks for.

    What it asks of an interface it asks of each type that can stand there.
    """
    root = schema.get_root_type(operation.operation)
    assert root
    return set(_asked(schema, operation.selection_set, root, _possible(schema, root)))


def _asked(
    schema: GraphQLSchema,
    selections: SelectionSetNode,
    here: GraphQLCompositeType,
    possible: set[GraphQLObjectType],
) -> Iterator[Field]:
    for selection in selections.selections:
        if isinstance(selection, InlineFragmentNode):
            assert selection.type_condition
            named = schema.type_map[selection.type_condition.name.value]
            assert is_composite_type(named)
            both = possible & _possible(schema, named)
            yield from _asked(schema, selection.selection_set, named, both)
        elif isinstance(selection, FieldNode) and selection.name.value != "__typename":
            name = selection.name.value
            yield from ((kind.name, name) for kind in {here, *possible})
            if selection.selection_set:
                assert isinstance(here, (GraphQLObjectType, GraphQLInterfaceType))
                inner = get_named_type(here.fields[name].type)
                assert is_composite_type(inner)
                yield from _asked(schema, selection.selection_set, inner, _possible(schema, inner))


def _possible(schema: GraphQLSchema, kind: GraphQLCompositeType) -> set[GraphQLObjectType]:
    if isinstance(kind, GraphQLObjectType):
        return {kind}
    return set(schema.get_possible_types(kind))
