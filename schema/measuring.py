"""How large a document is. Each fragment is measured once, so measuring is as fast as reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
)
from graphql.type import get_nullable_type

from resolvers.reads.paging import DEFAULT_SIZE, LARGEST
from schema.costs import weight_of
from schema.selections import ENOUGH, fragments_of, repetition

PLAIN_LIST = 5  # how many items a list without pages is taken for
INTROSPECTED = {"types": 200, "possibleTypes": 20, "fields": 10, "enumValues": 10, "directives": 10}
WRAPPED = 6
META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
MANY_DIGITS = 10


@dataclass(frozen=True)
class Size:
    """`cost` and `introspection` are sums over fields, each times the items of every list around it."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    cost: int = 0
    introspection: int = 0
    repetition: int = 0

    def beside(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, ENOUGH),
            min(self.directives + other.directives, ENOUGH),
            min(self.fields + other.fields, ENOUGH),
            min(self.cost + other.cost, ENOUGH),
            min(self.introspection + other.introspection, ENOUGH),
            max(self.repetition, other.repetition),
        )


NOTHING = Size()


class Measure:
    """Measures the operations of one document; `sizes` are what its variables stand for as `size_of` says."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, sizes: Mapping[str, int]
    ) -> None:
        self.schema = schema
        self.sizes = sizes
        self.defaults: dict[str, ValueNode | None] = {}
        self.fragments: dict[tuple[str, int], Size] = {}
        self.definitions = fragments_of(document)

    def of(self, operation: OperationDefinitionNode) -> Size:
        self.defaults = {
            each.variable.name.value: each.default_value
            for each in operation.variable_definitions or ()
        }
        repeated = repetition(operation, self.definitions)
        own = Size(directives=len(operation.directives or ()), repetition=repeated)
        root = self.schema.get_root_type(operation.operation)
        return own.beside(self._all(operation.selection_set, root))

    def _all(self, selections: SelectionSetNode | None, parent: Any, page: int = 1) -> Size:
        """Measure selections; `page` is how many items the connection has that they are of."""
        total = NOTHING
        for node in selections.selections if selections else ():
            total = total.beside(self._one(node, parent, page))
        return total

    def _one(self, node: SelectionNode, parent: Any, page: int) -> Size:
        directives = Size(directives=len(node.directives or ()))
        if isinstance(node, FieldNode):
            return directives.beside(self._field(node, parent, page))
        if isinstance(node, FragmentSpreadNode):
            return directives.beside(self._fragment(node.name.value, page))
        if isinstance(node, InlineFragmentNode):
            narrowed = self._narrowed(node, parent)
            return directives.beside(self._all(node.selection_set, narrowed, page))
        return directives

    def _narrowed(self, node: Any, parent: Any) -> Any:
        condition = node.type_condition
        return self.schema.get_type(condition.name.value) if condition else parent

    def _fragment(self, name: str, page: int) -> Size:
        key = (name, page)
        if key not in self.fragments:
            self.fragments[key] = NOTHING  # what spreads itself is refused by validation
            found = self.definitions.get(name)
            if found is not None:
                narrowed = self._narrowed(found, None)
                self.fragments[key] = self._all(found.selection_set, narrowed, page)
        return self.fragments[key]

    def _field(self, node: FieldNode, parent: Any, page: int) -> Size:
        definition = META.get(node.name.value) or _field_of(parent, node.name.value)
        kind = get_named_type(definition.type) if definition else None
        paged = definition is not None and "first" in definition.args
        inner = self._all(node.selection_set, kind, self._page_size(node) if paged else 1)
        here = Size(aliases=inner.aliases + bool(node.alias), directives=inner.directives)
        if node.name.value.startswith("__") or _describes_schema(parent):
            return replace(here, introspection=_introspected(node.name.value, inner))
        times = self._items(node, definition, parent, page) if definition else 1
        return replace(
            here,
            depth=inner.depth + 1,
            fields=inner.fields + 1,
            cost=min(weight_of(definition) + times * inner.cost, ENOUGH),
            introspection=inner.introspection,
        )

    def _items(self, node: FieldNode, definition: GraphQLField, parent: Any, page: int) -> int:
        """Return how many items a field brings: of a connection its page, for ids as many, else a usual number."""
        if not is_list_type(get_nullable_type(definition.type)):
            return 1
        if "ids" in definition.args:
            return self._largest(node, {"ids"}, LARGEST)
        return page if parent.name.endswith("Connection") else PLAIN_LIST

    def _page_size(self, node: FieldNode) -> int:
        return self._largest(node, {"first", "last"}, DEFAULT_SIZE)

    def _largest(self, node: FieldNode, names: set[str], otherwise: int) -> int:
        asked = [a.value for a in node.arguments or () if a.name.value in names]
        return max([self._number(value) for value in asked], default=otherwise)

    def _number(self, value: ValueNode | None) -> int:
        if isinstance(value, VariableNode):
            name = value.name.value
            return self.sizes[name] if name in self.sizes else self._number(self.defaults.get(name))
        if isinstance(value, ListValueNode):
            return min(len(value.values), LARGEST)
        if isinstance(value, IntValueNode):
            digits = value.value
            return min(max(int(digits), 0), LARGEST) if len(digits) < MANY_DIGITS else LARGEST
        return DEFAULT_SIZE


def size_of(value: Any) -> int:
    """Return how many items a variable's value asks for. Larger pages are refused; what is no number counts as one."""
    if value is None:
        return DEFAULT_SIZE
    if isinstance(value, list):
        return min(len(value), LARGEST)
    whole = isinstance(value, int | float) and value == value // 1
    return int(min(max(value, 0), LARGEST)) if whole else LARGEST


def _field_of(parent: Any, name: str) -> GraphQLField | None:
    """Return a field's definition; what there is not is refused by validation."""
    found: GraphQLField | None = getattr(parent, "fields", {}).get(name)
    return found


def _introspected(name: str, inner: Size) -> int:
    """Return how many values a field of introspection brings, roughly: types are wrapped a few times at most."""
    below = min(inner.introspection, WRAPPED) if name == "ofType" else inner.introspection
    return min(1 + INTROSPECTED.get(name, 1) * below, ENOUGH)


def _describes_schema(kind: Any) -> bool:
    return kind is not None and kind.name.startswith("__")
