"""How often one person may do one thing: taken from their buckets once a request is known to be valid."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

from domain.errors import RateLimited
from domain.rates import OperationKind
from schema.context import Context
from schema.limits import operation_of


class WithinRates(SchemaExtension):
    """Refuses a request whose asker has done the same too often."""

    async def on_execute(self) -> AsyncIterator[None]:
        document, name = (
            self.execution_context.graphql_document,
            self.execution_context.operation_name,
        )
        context: Context = self.execution_context.context
        operation = operation_of(document, name)
        assert document, "what is executed was parsed"
        assert operation, "what is executed was found"
        asked = root_fields(operation.selection_set, fragments_of(document))
        kind = OperationKind(operation.operation.name)
        context.facts.kind, context.facts.fields = kind, tuple(sorted(asked))
        await self._admit(context, kind, asked)
        yield

    async def _admit(self, context: Context, kind: OperationKind, asked: Mapping[str, int]) -> None:
        for field, times in asked.items():
            tokens = times + context.facts.tokens
            wait = await context.services.rates.take(context.person, kind, field, tokens)
            if wait:
                raise RateLimited(wait)


def fragments_of(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    nodes = document.definitions
    return {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}


def root_fields(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Counter[str]:
    """Return how many times each root field will run: once for each name it is answered under."""
    keys: dict[str, str] = {}
    pending, seen = [selections], set[str]()
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                keys[node.alias.value if node.alias else node.name.value] = node.name.value
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                pending.append(fragments[node.name.value].selection_set)
    return Counter(keys.values())
