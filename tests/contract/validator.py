"""Holds an answer against the schema: every field asked for is there, in its type, and no other is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
)

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SCALARS: dict[str, Any] = {
    "String": lambda value: isinstance(value, str),
    "ID": lambda value: isinstance(value, str) and value,
    "Int": lambda value: type(value) is int and abs(value) < 2**31,
    "Float": lambda value: isinstance(value, int | float),
    "Boolean": lambda value: isinstance(value, bool),
    "DateTime": lambda value: isinstance(value, str) and MOMENT.fullmatch(value),
    "Cursor": lambda value: isinstance(value, str) and value,
}


class Validator:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def problems(self, operation: OperationDefinitionNode, data: Any) -> list[str]:
        root = self.schema.get_root_type(operation.operation)
        return list(self._object(root, [operation.selection_set], data, root.name if root else ""))

    def _value(self, kind: Any, nodes: list[FieldNode], value: Any, path: str) -> Iterator[str]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield f"{path} is null"
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            for index, item in enumerate(value):
                yield from self._value(kind.of_type, nodes, item, f"{path}.{index}")
        elif isinstance(kind, GraphQLEnumType | GraphQLScalarType):
            right = (
                value in kind.values
                if isinstance(kind, GraphQLEnumType)
                else SCALARS[kind.name](value)
            )
            if not right:
                yield f"{path} is no {kind.name}: {value!r}"
        else:
            sets = [node.selection_set for node in nodes if node.selection_set]
            yield from self._object(kind, sets, value, path)

    def _object(
        self, kind: Any, sets: list[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
        possible = list(self.schema.get_possible_types(kind)) if is_abstract_type(kind) else [kind]
        named = [each for each in possible if each.name == value.get("__typename", each.name)]
        found = [list(self._fields(each, sets, value, path)) for each in named]
        if not found:
            yield f"{path} is no {kind.name}: {value.get('__typename')}"
        elif [] not in found:
            yield from found[0]

    def _fields(
        self, kind: GraphQLObjectType, sets: list[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
        asked: dict[str, list[FieldNode]] = {}
        for each in sets:
            for node in self._selected(kind, each):
                asked.setdefault(node.alias.value if node.alias else node.name.value, []).append(
                    node
                )
        if list(asked) != list(value):
            yield f"{path} has {list(value)} instead of {list(asked)}"
            return
        for name, nodes in asked.items():
            field = nodes[0].name.value
            if field != "__typename":
                yield from self._value(
                    kind.fields[field].type, nodes, value[name], f"{path}.{name}"
                )

    def _selected(
        self, kind: GraphQLObjectType, selections: SelectionSetNode
    ) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
                continue
            inner: Any = (
                self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            )
            condition = inner.type_condition
            if condition is None or self._is(kind, condition.name.value):
                yield from self._selected(kind, inner.selection_set)

    def _is(self, kind: GraphQLObjectType, name: str) -> bool:
        other: Any = self.schema.get_type(name)
        return kind is other or (is_abstract_type(other) and self.schema.is_sub_type(other, kind))
