"""What one request may ask for, in numbers; and the check that comes before anything else is done with a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from domain.rates import OperationKind
from schema.context import Facts
from schema.measuring import NOTHING, Measure, Size, size_of
from schema.selections import operation_of

TOKENS = 1_000
CHARACTERS = 32_000
VALUES = 2_000
LIMITS = Size(
    depth=12,
    aliases=15,
    directives=50,
    fields=500,
    cost=10_000,
    introspection=150_000,
    repetition=20,
)
COST_PER_TOKEN = 1_000  # a request takes one token of its bucket, and one more for each of these
INTROSPECTION_PER_TOKEN = 10_000
REMEMBERED = 256

ERRORS = 5
REQUEST_SECONDS = 5.0
HEAD_BYTES = 64 * 1024
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
        charge(context.context.facts, size)
        if errors := exceeded(size):
            context.pre_execution_errors = [*(context.pre_execution_errors or ()), *errors]
        yield

    def get_results(self) -> dict[str, Any]:
        return told(self.execution_context.context.facts)

    def _size(self) -> Size:
        """Measure, or remember from the last time: the document and the sizes of its variables decide."""
        context = self.execution_context
        name, document = context.operation_name, context.graphql_document
        sizes = sizes_of(operation_of(document, name), context.variables or {})
        key = (digest(context.query), name, tuple(sizes.items()))
        if key not in self.remembered:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[key] = measured(context.schema._schema, document, name, sizes)  # noqa: SLF001  # as graphql-core has it
        return self.remembered[key]


def charge(facts: Facts, size: Size) -> None:
    facts.cost, facts.tokens = size.cost, extra_tokens(size)


def told(facts: Facts) -> dict[str, Any]:
    """Tell the cost with the answer; the events of a stream cost what their request did."""
    if facts.cost is None or facts.kind is OperationKind.SUBSCRIPTION:
        return {}
    return {"cost": {"requested": facts.cost, "limit": LIMITS.cost}}


def digest(query: str | None) -> bytes:
    return hashlib.sha256((query or "").encode()).digest()


def sizes_of(operation: OperationDefinitionNode | None, given: Mapping[str, Any]) -> dict[str, int]:
    """Return what the variables that the operation declares stand for, where they are pages or lists."""
    declared = operation.variable_definitions if operation else ()
    names = [each.variable.name.value for each in declared or ()]
    return {name: size_of(given[name]) for name in names if name in given}


def measured(
    schema: GraphQLSchema,
    document: DocumentNode | None,
    operation_name: str | None,
    sizes: Mapping[str, int],
) -> Size:
    """Return the size of the operation that will run."""
    operation = operation_of(document, operation_name)
    if document is None or operation is None:
        return NOTHING
    return Measure(schema, document, sizes).of(operation)


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


class ValidatedOnce(SchemaExtension):
    """Remembers by its text what was found in a document, and leaves alone what was refused before."""

    remembered: ClassVar[dict[bytes, list[GraphQLError]]] = {}

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if not context.pre_execution_errors:
            try:
                context.pre_execution_errors = self._found()
            except ValueError:  # a number of thousands of digits, which Python does not read
                error = GraphQLError("A number in the document has too many digits.")
                context.pre_execution_errors = [error]
        yield

    def _found(self) -> list[GraphQLError]:
        context = self.execution_context
        text, document = digest(context.query), context.graphql_document
        assert document, "what is validated was parsed"
        if text not in self.remembered:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            core, rules = context.schema._schema, context.validation_rules  # noqa: SLF001  # as graphql-core has it
            self.remembered[text] = validate_document(core, document, rules)
        return self.remembered[text]
