"""The short way of an operation whose document has gone the whole way before: what was found out about it still holds.

The first time, the extensions parse, validate and measure it. After that only who asks, how often and with which variables is
new, and strawberry's steps around that cost more than many an operation itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, ClassVar

import graphql
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from domain.rates import OperationKind
from execution.compiler import Compiling
from execution.variables import Variables
from schema.auditing import keep_refusals
from schema.context import Context
from schema.errors import present
from schema.limits import REMEMBERED, charge, exceeded, measured, sizes_of, told
from schema.measuring import Size
from schema.rates import take
from schema.selections import fragments_of, operation_of, root_fields

Given = dict[str, Any]  # the variables of a request


@dataclass
class Way:
    """One operation of a document: what runs, and which buckets it takes from how often."""

    schema: Any
    document: DocumentNode
    name: str | None
    operation: OperationDefinitionNode
    asked: Mapping[str, int]
    sizes: dict[Any, tuple[Size, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kind = OperationKind(self.operation.operation.name)
        self.type = OperationType[self.kind]
        self.fields = tuple(sorted(self.asked))
        self.alone = sum(self.asked.values()) == 1
        self.variables = Variables(self.schema._schema, self.operation)  # noqa: SLF001  # as graphql-core has it
        self.executor: Any = None

    def size(self, variables: Given) -> tuple[Size, bool]:
        """Measure, or remember from the last time that the variables were of these sizes; tell whether it is too much."""
        sizes = sizes_of(self.operation, variables)
        key = tuple(sizes.items())
        if key not in self.sizes:
            if len(self.sizes) >= REMEMBERED:
                self.sizes.clear()
            size = measured(self.schema._schema, self.document, self.name, sizes)  # noqa: SLF001  # as graphql-core has it
            self.sizes[key] = size, bool(exceeded(size))
        return self.sizes[key]

    async def run(self, context: Context, variables: Given) -> ExecutionResult:
        """Return what the extensions and strawberry around them would, of an operation that is within the limits."""
        context = await context.identified()
        facts = context.facts
        facts.kind, facts.fields, facts.alone = self.kind, self.fields, self.alone
        charge(facts, self.size(variables)[0])
        try:
            await take(context, self.kind, self.asked)
            result = await self._executed(context, variables)
        except Exception as problem:
            error = GraphQLError(str(problem), original_error=problem)
            result = PreExecutionError(None, [error])
            self.schema.process_errors(result.errors)
        result.extensions = told(facts)
        present(result)
        return result

    async def _executed(self, context: Context, variables: Given) -> ExecutionResult:
        coerced = self.variables.coerced(variables)
        if isinstance(coerced, list):  # they do not fit
            found = graphql.ExecutionResult(None, coerced)
        else:
            answer = self._first(variables).anew(context, coerced).execute_operation()
            found = await answer if isawaitable(answer) else answer
        if found.errors:
            self.schema.process_errors(found.errors)
            await keep_refusals(context, found.errors)
        return ExecutionResult(found.data, found.errors)

    def _first(self, variables: Given) -> Any:
        """Return what the executors of all requests are copies of."""
        if self.executor is None:
            self.executor = self.schema.execution_context_class.build(
                self.schema._schema,  # noqa: SLF001  # as graphql-core has it
                self.document,
                raw_variable_values=variables,
                operation_name=self.name,
                is_awaitable=optimized_is_awaitable,
            )
        return self.executor


class RememberedWays(SchemaExtension):
    """Remembers each operation once nothing stands between it and being executed."""

    known: ClassVar[dict[tuple[str, str | None], Way]] = {}

    def on_execute(self) -> Iterator[None]:
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        way = way_of(self.execution_context)
        if way.kind is not OperationKind.SUBSCRIPTION:
            self.known[self.execution_context.query or "", way.name] = way
        yield


def way_of(executed: ExecutionContext) -> Way:
    document, name = executed.graphql_document, executed._provided_operation_name  # noqa: SLF001  # `operation_name` falls back to the first
    operation = operation_of(document, name)
    assert document, "what is executed was parsed"
    assert operation, "what is executed was found"
    asked = root_fields(operation, fragments_of(document))
    return Way(executed.schema, document, name, operation, asked)


def known_way(
    query: str | None,
    name: str | None,
    variables: Given,
    context: Context,
    allowed: Collection[OperationType],
) -> Way | None:
    """Return the way of an operation that went through before, and is not beyond a limit this time."""
    compiler = context.services.compiler
    if compiler is None or compiler.mode is Compiling.OFF:
        return None
    way = RememberedWays.known.get((query or "", name))
    if way is None or way.type not in allowed:
        return None
    return None if way.size(variables)[1] else way
