"""Time limits that cost nothing where nothing has to be waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, job: Coroutine[Any, Any, T]) -> T:
    """Return what comes of a job, or raise TimeoutError. It begins at once, and the clock starts when it first waits."""
    try:
        awaited = job.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    async with asyncio.timeout(seconds):
        return await _rest(job, awaited)


@coroutine
def _rest(job: Coroutine[Any, Any, T], awaited: Any) -> Generator[Any, Any, T]:
    """Go on with a job that waits for something, until it ends."""
    while True:
        try:
            try:
                sent = yield awaited
            except BaseException as problem:
                awaited = job.throw(problem)
            else:
                awaited = job.send(sent)
        except StopIteration as done:
            result: T = done.value
            return result
