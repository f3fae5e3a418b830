"""The one way into the schema: a request in, answers out; each operation is logged, counted and traced."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from graphql import GraphQLError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from domain.errors import Failure, TookTooLong
from domain.rates import OperationKind
from schema.build import schema
from schema.context import Context, Facts
from schema.errors import presentable
from schema.limits import REQUEST_SECONDS
from schema.ways import Way, known_way
from server.graphql.answers import Answer, Answers, answer_of, failed
from server.graphql.followings import Followings
from server.graphql.requests import GraphQLRequest
from server.metrics import Metrics
from server.tracing import Tracer
from subscriptions.feeds import AWAY, Away
from subscriptions.members import Member, Over, Receiver
from subscriptions.watching import Watcher

EVERYTHING = frozenset(OperationType)
NO_HEADERS: Mapping[str, str] = {}

# What is no reason to end a subscription for good: its client is to come back. When not even who asks could be read
# in time, only the word tells that it is one.
SUBSCRIPTION = "subscription"
LATER = (Away, TookTooLong, *AWAY)
BEGIN_AT_ONCE = 4

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(slots=True)
class Course:
    """How an operation goes."""

    facts: Facts
    answers: int = 0
    codes: set[str] = field(default_factory=set)
    begun: float = field(default_factory=time.perf_counter)


@dataclass(slots=True)
class Following:
    """A subscription that others follow for."""

    runner: Runner
    course: Course
    member: Member | Watcher

    def cancel(self) -> None:
        self.member.cancel()
        self.runner.observe(self.course)


class Runner:
    def __init__(
        self, metrics: Metrics, tracer: Tracer, followings: Followings | None = None
    ) -> None:
        self.metrics = metrics
        self.tracer = tracer
        self.followings = followings
        self.beginning = asyncio.Semaphore(BEGIN_AT_ONCE)

    async def run(
        self,
        request: GraphQLRequest,
        context: Context,
        allowed: Collection[OperationType] = EVERYTHING,
        headers: Mapping[str, str] = NO_HEADERS,
        receiver: Receiver | None = None,
    ) -> Answers:
        """Yield one answer, or those of a subscription as they come. Close the generator to end it.

        What a subscription tells after it has begun goes to the `receiver`, if there is one, already serialised.
        """
        course = Course(context.facts)
        try:
            async with aclosing(
                self.begin(request, context, course, allowed, headers, parks=receiver is not None)
            ) as answers:
                async for answer in answers:
                    yield answer
            if self.followings and receiver and context.facts.parked:
                try:
                    await self.followings.follow(request, context.facts, receiver)
                except Exception as problem:
                    yield self.ended(course, problem)
        finally:
            self.observe(course)

    async def begin(
        self,
        request: GraphQLRequest,
        context: Context,
        course: Course,
        allowed: Collection[OperationType] = EVERYTHING,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        parks: bool = True,
    ) -> Answers:
        """Yield the answers that the schema gives. A subscription may be parked then: it is for others to follow."""
        context.facts.parks = parks and self.followings is not None
        with self.tracer.span(context.facts, headers):
            async with aclosing(self.results(request, context, allowed)) as results:
                async for result in results:
                    streamed = context.facts.kind is OperationKind.SUBSCRIPTION
                    answer = answer_of(result, streamed=streamed)
                    unknown = parks and context.facts.kind is None
                    followed = streamed or (unknown and SUBSCRIPTION in (request.query or ""))
                    if followed and isinstance(answer.problem, LATER):
                        raise Away
                    self._note(course, answer, streamed=streamed)
                    yield answer

    def follow(
        self, request: GraphQLRequest, course: Course, receiver: Receiver, over: Over
    ) -> Following:
        """Go on with what was parked; `over` is called unless it is cancelled."""
        assert self.followings, "it was parked for them"
        member = self.followings.begin(request, course.facts, receiver, over)
        return Following(self, course, member)

    def ended(self, course: Course, problem: Exception) -> Answer:
        """Return the last answer to a subscription that was followed, or say that its client is to come back.

        What nobody foresaw is no end: whoever comes back goes on where they were.
        """
        if isinstance(problem, Away):
            raise problem
        error = GraphQLError(str(problem), original_error=problem)
        answer = answer_of(ExecutionResult(None, [presentable(error)]), streamed=True)
        if isinstance(problem, LATER) or not isinstance(problem, Failure):
            raise Away
        self._note(course, answer, streamed=True)
        return answer

    def _note(self, course: Course, answer: Answer, *, streamed: bool) -> None:
        course.answers += 1
        course.codes.update(answer.codes)
        if streamed:
            self.metrics.events.inc()

    async def results(
        self, request: GraphQLRequest, context: Context, allowed: Collection[OperationType]
    ) -> AsyncGenerator[ExecutionResult]:
        """Yield the schema's results; what fails outside of every field is masked like the rest."""
        if way := way_to(request, context, allowed):
            yield await straight(way, request, context)
            return
        try:
            results = await schema.stream(
                request.query,
                request.variables,
                context,
                operation_name=request.operation_name,
                allowed_operation_types=allowed,
            )
            async with aclosing(results):
                async with self._turn(request, context.facts):
                    first = await _in_time(anext(results, None), context.facts)
                if first is not None:
                    yield _executed(first)
                async for result in results:
                    yield _executed(result)
        except Exception as problem:
            yield failed(problem)

    async def once(
        self,
        request: GraphQLRequest,
        context: Context,
        allowed: Collection[OperationType],
        headers: Mapping[str, str],
    ) -> Answer:
        """Return the first answer, which is the only one of whatever is no subscription."""
        way = way_to(request, context, allowed)
        if way is None:
            async with aclosing(self.run(request, context, allowed, headers)) as answers:
                return await anext(answers)
        course = Course(context.facts)
        try:
            with self.tracer.span(context.facts, headers):
                answer = answer_of(await straight(way, request, context), streamed=False)
                self._note(course, answer, streamed=False)
                return answer
        finally:
            self.observe(course)

    def _turn(self, request: GraphQLRequest, facts: Facts) -> AbstractAsyncContextManager[None]:
        """Let few subscriptions begin at a time: a thousand that come at once must not hold up everybody else."""
        begins = facts.parks and SUBSCRIPTION in (request.query or "")
        return self.beginning if begins else nullcontext()

    def refused(self, status: int, code: str) -> None:
        """Log and count a request that was not run."""
        self.metrics.refused.labels(str(status)).inc()
        log.info("refused", status=status, code=code)

    def observe(self, course: Course) -> None:
        """Count and log an operation that is over."""
        facts, seconds = course.facts, time.perf_counter() - course.begun
        self.metrics.answered(facts.kind, facts.fields, course.codes, seconds)
        told = log.bind()
        if not told.is_enabled_for(logging.INFO):
            return
        told.info(
            "request",
            kind=facts.kind and facts.kind.lower(),
            fields=facts.fields,
            actor=facts.actor and str(facts.actor.id),
            cost=facts.cost,
            answers=course.answers,
            codes=sorted(course.codes),
            ms=round(seconds * 1000, 1),
        )


def way_to(
    request: GraphQLRequest, context: Context, allowed: Collection[OperationType]
) -> Way | None:
    variables = request.variables or {}
    return known_way(request.query, request.operation_name, variables, context, allowed)


async def straight(way: Way, request: GraphQLRequest, context: Context) -> ExecutionResult:
    """Return the only result of what is known."""
    try:
        return await _in_time(way.run(context, request.variables or {}), context.facts)
    except Exception as problem:
        return failed(problem)


async def _in_time(result: Awaitable[T], facts: Facts) -> T:
    """Wait for the first result. A subscription lifts the time limit once it waits for something to happen."""
    try:
        async with asyncio.timeout(REQUEST_SECONDS) as facts.limit:
            return await result
    except TimeoutError as problem:
        raise TookTooLong(
            f"This took longer than {REQUEST_SECONDS:g} s and was stopped. Ask for less, or try again; a mutation with "
            "its `idempotencyKey`."
        ) from problem
    finally:
        facts.limit = None


def _executed(result: Any) -> ExecutionResult:
    assert isinstance(result, ExecutionResult), "nothing is delivered in increments"
    return result
