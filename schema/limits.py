"""What one request may ask for, in numbers; and the check that comes before anything else is done with a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode
from strawberry.extensions import SchemaExtension
from strawberry.extensions.validation_cache import ValidationCache

from domain.rates import OperationKind
from schema.measuring import NOTHING, Measure, Size

TOKENS = 1_000
LIMITS = Size(depth=12, aliases=15, directives=50, fields=500, cost=10_000, introspection=150_000)
COST_PER_TOKEN = 1_000  # a request takes one token of its bucket, and one more for each of these
INTROSPECTION_PER_TOKEN = 10_000
REMEMBERED = 256

ERRORS = 5
REQUEST_SECONDS = 5.0
BODY_BYTES = 256 * 1024
MESSAGE_BYTES = 64 * 1024
OPERATIONS_PER_SOCKET = 20
SOCKETS_PER_PERSON = 5
STREAMS_PER_PERSON = 20


class DocumentLimits(SchemaExtension):
    """Refuses a document beyond the limits before it is validated, and tells what it costs."""

    remembered: ClassVar[dict[Any, Size]] = {}

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        size = self._size()
        facts = context.context.facts
        facts.cost, facts.tokens = size.cost, extra_tokens(size)
        if errors := exceeded(size):
            context.pre_execution_errors = [*(context.pre_execution_errors or ()), *errors]
        yield

    def get_results(self) -> dict[str, Any]:
        """Tell the cost with the answer; the events of a stream cost what their request did."""
        context = self.execution_context
        cost = context.context.facts.cost
        streamed = context.context.facts.kind is OperationKind.SUBSCRIPTION
        told = cost is not None and not streamed
        return {"cost": {"requested": cost, "limit": LIMITS.cost}} if told else {}

    def _size(self) -> Size:
        """Measure, or remember from the last time: the document and its numbers decide."""
        context = self.execution_context
        given = context.variables or {}
        numbers = {name: value for name, value in given.items() if isinstance(value, int | None)}
        key = (context.query, context.operation_name, tuple(numbers.items()))
        if key not in self.remembered:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[key] = measured(
                context.schema._schema,  # noqa: SLF001  # the schema as graphql-core has it
                context.graphql_document,
                context.operation_name,
                given,
            )
        return self.remembered[key]


def measured(
    schema: GraphQLSchema,
    document: DocumentNode | None,
    operation_name: str | None,
    variables: Mapping[str, Any],
) -> Size:
    """Return the size of the operation that will run."""
    operation = operation_of(document, operation_name)
    if document is None or operation is None:
        return NOTHING
    return Measure(schema, document, variables).of(operation)


def operation_of(document: DocumentNode | None, name: str | None) -> OperationDefinitionNode | None:
    """Return the operation of that name, or the first one: several without a name are refused elsewhere."""
    nodes = document.definitions if document else ()
    operations = [node for node in nodes if isinstance(node, OperationDefinitionNode)]
    named = [o for o in operations if name is None or (o.name and o.name.value == name)]
    return named[0] if named else None


def extra_tokens(size: Size) -> int:
    return size.cost // COST_PER_TOKEN + size.introspection // INTROSPECTION_PER_TOKEN


def exceeded(size: Size) -> list[GraphQLError]:
    """Return an error for each limit that the size is beyond."""
    asked = {
        each.name: (getattr(size, each.name), getattr(LIMITS, each.name)) for each in fields(Size)
    }
    return [
        _too_complex(what, much, limit) for what, (much, limit) in asked.items() if much > limit
    ]


def _too_complex(what: str, asked: int, limit: int) -> GraphQLError:
    return GraphQLError(
        f"This asks for too much at once: {what} {asked:,}, and {limit:,} are allowed.",
        extensions={"code": "QUERY_TOO_COMPLEX", "limit": limit, "asked": asked},
    )


class ValidatedOnce(ValidationCache):
    """Remembers what validation found, and leaves alone what was refused before."""

    def on_validate(self) -> Iterator[None]:
        if self.execution_context.pre_execution_errors:
            yield
        else:
            yield from super().on_validate()
