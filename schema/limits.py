"""How large a document may be. Each fragment is measured once, so measuring is as fast as reading."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    get_named_type,
    is_list_type,
)
from graphql.type import get_nullable_type

from resolvers.reads.paging import DEFAULT_SIZE, LARGEST

TOKENS = 1_000
PLAIN_LIST = 5  # how many items a list without pages is taken for
ENOUGH = 10**9  # beyond every limit; keeps sums small


@dataclass(frozen=True)
class Size:
    """`cost` is one for each field, times the items of every list around it."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    cost: int = 0

    def beside(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
            min(self.cost + other.cost, ENOUGH),
        )


NOTHING = Size()
LIMITS = Size(depth=12, aliases=15, directives=50, fields=500, cost=10_000)


class DocumentLimits(ASTValidationRule):
    """Refuses a document beyond the limits. Introspection does not count: it has a depth of its own."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.schema = context.schema
        self.fragments: dict[str, Size] = {}
        for node in context.document.definitions:
            if isinstance(node, OperationDefinitionNode):
                root = context.schema.get_root_type(node.operation)
                self._check(node, self._all(node.selection_set, root))

    def _check(self, node: OperationDefinitionNode, size: Size) -> None:
        for each in fields(Size):
            limit, asked = getattr(LIMITS, each.name), getattr(size, each.name)
            if asked > limit:
                self.report_error(_too_complex(node, each.name, limit, asked))

    def _all(self, selections: SelectionSetNode | None, parent: Any) -> Size:
        total = NOTHING
        for node in selections.selections if selections else ():
            total = total.beside(self._one(node, parent))
        return total

    def _one(self, node: SelectionNode, parent: Any) -> Size:
        directives = Size(directives=len(node.directives or ()))
        if isinstance(node, FieldNode):
            return directives.beside(self._field(node, parent))
        if isinstance(node, FragmentSpreadNode):
            return directives.beside(self._fragment(node.name.value))
        if isinstance(node, InlineFragmentNode):
            return directives.beside(self._all(node.selection_set, self._narrowed(node, parent)))
        return directives

    def _narrowed(self, node: Any, parent: Any) -> Any:
        condition = node.type_condition
        return self.schema.get_type(condition.name.value) if condition else parent

    def _fragment(self, name: str) -> Size:
        if name not in self.fragments:
            self.fragments[name] = NOTHING  # what spreads itself is another rule's business
            found = self.context.get_fragment(name)
            if found is not None:
                self.fragments[name] = self._all(found.selection_set, self._narrowed(found, None))
        return self.fragments[name]

    def _field(self, node: FieldNode, parent: Any) -> Size:
        alias = 1 if node.alias else 0
        if node.name.value.startswith("__"):
            return Size(aliases=alias)
        definition = getattr(parent, "fields", {}).get(node.name.value)
        kind = get_named_type(definition.type) if definition else None
        inner = self._all(node.selection_set, kind)
        times = _items(node, definition, parent) if definition else 1
        return Size(
            inner.depth + 1,
            inner.aliases + alias,
            inner.directives,
            inner.fields + 1,
            min(1 + times * inner.cost, ENOUGH),
        )


def _items(node: FieldNode, definition: GraphQLField, parent: Any) -> int:
    """Return how many items a field may bring: a page's size, counted at the page and not at its edges again."""
    if "first" in definition.args:
        return _page_size(node)
    plain = is_list_type(get_nullable_type(definition.type))
    return PLAIN_LIST if plain and not parent.name.endswith("Connection") else 1


def _page_size(node: FieldNode) -> int:
    sizes = [a.value for a in node.arguments or () if a.name.value in {"first", "last"}]
    if not sizes:
        return DEFAULT_SIZE
    return max(int(v.value) if isinstance(v, IntValueNode) else LARGEST for v in sizes)


def _too_complex(node: OperationDefinitionNode, what: str, limit: int, asked: int) -> GraphQLError:
    return GraphQLError(
        f"This asks for too much at once: {what} {asked:,}, and {limit:,} are allowed.",
        node,
        extensions={"code": "QUERY_TOO_COMPLEX", "limit": limit, "asked": asked},
    )
