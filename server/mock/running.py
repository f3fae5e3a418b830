"""Runs requests against the example world, within the limits and with the codes of the service."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from functools import lru_cache
from inspect import isawaitable
from typing import Any

import graphql
from graphql import DocumentNode, FieldNode, GraphQLError, OperationDefinitionNode
from graphql import ExecutionResult as CoreResult
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from domain.rates import OperationKind
from schema.context import Context, Facts
from schema.errors import presentable
from schema.limits import ERRORS, REMEMBERED, TOKENS, exceeded, measured, sizes_of
from server.graphql.requests import GraphQLRequest
from server.graphql.running import Runner
from server.metrics import Metrics
from server.mock.streams import Streams
from server.mock.things import Thing
from server.mock.world import World
from server.tracing import Tracer

Results = AsyncGenerator[ExecutionResult]


class MockRunner(Runner):
    """Is for the ways in what the service's runner is."""

    def __init__(self, metrics: Metrics, tracer: Tracer, streams: Streams) -> None:
        super().__init__(metrics, tracer)
        self.streams = streams
        self.world: World = streams.world
        self.checked = lru_cache(REMEMBERED)(self._check)

    async def results(
        self, request: GraphQLRequest, context: Context, allowed: Collection[OperationType]
    ) -> Results:
        try:
            document = self.checked(request.query or "")
            operation = self._operation(document, request, allowed)
        except Refusal as refusal:
            yield PreExecutionError(None, refusal.errors)
            return
        _note(context.facts, operation)
        results = self._run(document, operation, request)
        async with aclosing(results):
            async for result in results:
                yield presented(result)

    def _check(self, text: str) -> DocumentNode:
        """Parse and validate a document, once for all who send it."""
        try:
            document = graphql.parse(text, max_tokens=TOKENS)
        except GraphQLError as problem:
            raise Refusal([problem], "GRAPHQL_PARSE_FAILED") from problem
        if errors := graphql.validate(self.world.schema, document):
            raise Refusal(errors, "GRAPHQL_VALIDATION_FAILED")
        return document

    def _operation(
        self, document: DocumentNode, request: GraphQLRequest, allowed: Collection[OperationType]
    ) -> OperationDefinitionNode:
        """Return the operation to run, or refuse what the service would refuse."""
        operation = graphql.get_operation_ast(document, request.operation_name)
        if operation is None:
            raise Refusal([GraphQLError("Name one operation of this document to run.")])
        kind = OperationType(operation.operation.value)
        if kind not in allowed:
            raise Refusal([GraphQLError("", original_error=InvalidOperationTypeError(kind))])
        name, sizes = request.operation_name, sizes_of(operation, request.variables or {})
        size = measured(self.world.schema, document, name, sizes)
        if errors := exceeded(size):
            raise Refusal(errors)
        return operation

    async def _run(
        self, document: DocumentNode, operation: OperationDefinitionNode, request: GraphQLRequest
    ) -> AsyncGenerator[CoreResult]:
        asked: dict[str, Any] = {
            "variable_values": request.variables,
            "operation_name": request.operation_name,
            "field_resolver": self.world.resolve,
            "type_resolver": kind_of,
        }
        if operation.operation is not graphql.OperationType.SUBSCRIPTION:
            yield graphql.execute_sync(self.world.schema, document, **asked)
            return
        begun: Any = graphql.subscribe(
            self.world.schema, document, subscribe_field_resolver=self.streams.subscribe, **asked
        )
        stream = await begun if isawaitable(begun) else begun
        if isinstance(stream, CoreResult):
            yield stream
            return
        async with aclosing(stream):
            async for result in stream:
                yield result


class Refusal(Exception):
    """What is not run."""

    def __init__(self, errors: list[GraphQLError], code: str = "BAD_USER_INPUT") -> None:
        super().__init__(code)
        self.errors = [presentable(error, code) for error in errors[:ERRORS]]


def presented(result: CoreResult) -> ExecutionResult:
    errors = [presentable(error) for error in (result.errors or [])[:ERRORS]]
    return ExecutionResult(result.data, errors or None)


def kind_of(thing: Thing, info: Any, abstract: Any) -> str:
    return thing.kind


def _note(facts: Facts, operation: OperationDefinitionNode) -> None:
    """Tell the log and the metrics what runs."""
    facts.kind = OperationKind(operation.operation.name)
    selected = operation.selection_set.selections
    facts.fields = tuple(node.name.value for node in selected if isinstance(node, FieldNode))
