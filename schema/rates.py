"""How often one person may do one thing: taken from their buckets once a request is known to be valid."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import ClassVar

from strawberry.extensions import SchemaExtension

from domain.errors import RateLimited
from domain.rates import OperationKind
from schema.context import Context
from schema.limits import digest
from schema.selections import fragments_of, operation_of, root_fields

NEW_DOCUMENT = "new document"
KNOWN_DOCUMENTS = 10_000


class WithinRates(SchemaExtension):
    """Refuses a request whose asker has done the same too often.

    Reading a document for the first time is the dearest part of many a request, so one that was never found valid
    takes a token of a bucket of its own, before it is looked at.
    """

    known: ClassVar[dict[bytes, None]] = {}

    async def on_parse(self) -> AsyncIterator[None]:
        context: Context = self.execution_context.context
        if digest(self.execution_context.query) not in self.known:
            await _take(context, None, NEW_DOCUMENT, 1)
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        executed = self.execution_context
        context: Context = executed.context
        document = executed.graphql_document
        operation = operation_of(document, executed.operation_name)
        assert document, "what is executed was parsed"
        assert operation, "what is executed was found"
        asked = root_fields(operation, fragments_of(document))
        kind = OperationKind(operation.operation.name)
        context.facts.kind, context.facts.fields = kind, tuple(sorted(asked))
        await take(context, kind, asked)
        self._remember(digest(executed.query))
        if kind is OperationKind.SUBSCRIPTION:
            context.facts.waiting()
        yield

    def _remember(self, document: bytes) -> None:
        if len(self.known) >= KNOWN_DOCUMENTS:
            self.known.clear()
        self.known[document] = None


async def take(context: Context, kind: OperationKind, asked: Mapping[str, int]) -> None:
    """Take what an operation costs from the bucket of each of its root fields."""
    for field, times in asked.items():
        await _take(context, kind, field, times + context.facts.tokens)


async def _take(context: Context, kind: OperationKind | None, field: str, tokens: int) -> None:
    wait = await context.services.rates.take(context.person, kind, field, tokens)
    if wait:
        raise RateLimited(wait)
