"""Runs compiled operations; whatever does not go well is answered by graphql-core, with nothing done twice."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, OperationType
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import VariableValues
from graphql.pyutils import RefMap
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.batches import Loads
from execution.compiler import Compiler, Roots
from execution.running import Outs, Run


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Compiles as its `compiler` decides; by itself it has none."""

    info_class: Any

    @property
    def compiler(self) -> Compiler | None:
        return None

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made when it is asked for: kept, it would tie the executor to itself, and only the garbage collector would ever
        free what an operation has read.
        """
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, made: GraphQLResolveInfoHelpers) -> None:
        """Let graphql-core's own be: see above."""

    def anew(self, context: Any, variables: VariableValues) -> CompiledExecutor:
        """Return an executor of the same operation for another request."""
        made = copy(self)
        made.context_value, made.variable_values = context, variables
        made.collected_errors = CollectedErrors()
        made.pending_incremental_futures, made.background_futures = set(), set()
        made._relevant_sub_fields = {}  # noqa: SLF001  # what is ours by inheritance
        made._stream_usages = RefMap()  # noqa: SLF001  # the same
        return made

    def execute_operation(self, serially: bool | None = None) -> Any:
        roots = self.compiler.roots(self) if self.compiler else None
        if roots is None:
            return super().execute_operation(serially)
        return self._run(roots, serially)

    async def _run(self, roots: Roots, serially: bool | None) -> ExecutionResult:
        resolved: dict[str, Outcome] = {}
        answer, run = {root.field.key: None for root in roots}, Run(self)
        try:
            if self.operation.operation is OperationType.MUTATION:
                await self._in_turn(roots, run, [answer], resolved)
            else:
                await self._at_once(roots, run, [answer])
        except Exception:  # told by graphql-core, which meets it again
            run.close()
            return await self._by_graphql_core(serially, resolved)
        return ExecutionResult(answer, None)

    async def _at_once(self, roots: Roots, run: Run, outs: Outs) -> None:
        context: Loads = self.context_value
        context.wanted = {root.field.key: root.wanted for root in roots}
        for field, place, _ in roots:
            run.take([field.resolver(self)(self.root_value)], outs, place)
        await run.settle()

    async def _in_turn(
        self, roots: Roots, run: Run, outs: Outs, resolved: dict[str, Outcome]
    ) -> None:
        """Run each mutation and finish its answer before the next; keep what they came to."""
        for field, place, _ in roots:
            try:
                value = field.resolver(self)(self.root_value)
                value = await value if isawaitable(value) else value
            except Exception as problem:
                resolved[field.key] = _raising(problem)
                raise
            resolved[field.key] = _returning(value)
            place([value], outs, run)
            await run.settle()

    async def _by_graphql_core(
        self, serially: bool | None, resolved: dict[str, Outcome]
    ) -> ExecutionResult:
        self.context_value.wanted = {}  # it looks at whatever it likes
        self.middleware_manager = _Replay(resolved) if resolved else None  # type: ignore[assignment]  # it is asked for resolvers only
        result: Any = super().execute_operation(serially)
        answer: ExecutionResult = await result if isawaitable(result) else result
        return answer


Outcome = Callable[[], Any]


def _returning(value: Any) -> Outcome:
    return lambda: value


def _raising(problem: Exception) -> Outcome:
    def outcome() -> Any:
        raise problem

    return outcome


class _Replay:
    """Gives root fields that have run what they came to, instead of running them again."""

    def __init__(self, resolved: dict[str, Outcome]) -> None:
        self.resolved = resolved

    def get_field_resolver(self, resolve: Callable[..., Any]) -> Callable[..., Any]:
        def replayed(source: Any, info: Any, **arguments: Any) -> Any:
            if info.path.prev is None and info.path.key in self.resolved:
                return self.resolved[info.path.key]()
            return resolve(source, info, **arguments)

        return replayed
