"""What a client gets of an operation's results."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.errors import RateLimited
from schema.errors import cause_of, presentable


@dataclass(frozen=True)
class Answer:
    """What a client gets. `executed` is false when nothing ran: then there is no `data`.

    `problem` is what lies behind the first error, where that is not GraphQL's own.
    """

    payload: Mapping[str, Any]
    executed: bool
    codes: Collection[str] = ()
    problem: BaseException | None = None

    @property
    def errors(self) -> Any:
        return self.payload["errors"]


Answers = AsyncGenerator[Answer]


def failed(problem: Exception) -> ExecutionResult:
    error = GraphQLError(str(problem), original_error=problem)
    return ExecutionResult(None, [presentable(error)])


def answer_of(result: ExecutionResult, *, streamed: bool) -> Answer:
    """Return the answer to a result."""
    errors = result.errors or []
    problem = cause_of(errors[0]) if errors else None
    before = isinstance(result, PreExecutionError) or isinstance(problem, RateLimited)
    executed = not before and (streamed or _ran(result.data, errors))
    payload: dict[str, Any] = {"data": result.data} if executed else {}
    if errors:
        payload["errors"] = [error.formatted for error in errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    codes = [(error.extensions or {}).get("code", "BAD_USER_INPUT") for error in errors]
    return Answer(payload, executed, codes, problem)


def _ran(data: Any, errors: Sequence[GraphQLError]) -> bool:
    """Tell whether fields were resolved: variables that do not fit are an error without a place among them."""
    return data is not None or all(error.path for error in errors)
