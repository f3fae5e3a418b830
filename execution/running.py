"""Running compiled code level by level: what has to be waited for is waited for together, then placed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, field
from inspect import iscoroutine
from typing import Any

from execution.batches import Batched, Wanted

Outs = list[dict[str, Any]]
Place = Callable[[Sequence[Any], Outs, "Run"], None]


@dataclass(slots=True)
class Load:
    """Values that a batch function finds for the parents of a level."""

    batched: Batched
    arguments: Sequence[Hashable]
    keys: Sequence[Any]
    outs: Outs
    place: Place
    wanted: Wanted | None

    @property
    def group(self) -> Hashable:
        return self.batched.batch, tuple(self.arguments)


@dataclass(slots=True)
class Wait:
    """Values of single parents, some of which are awaited."""

    values: list[Any]
    outs: Outs
    place: Place

    async def arrive(self) -> None:
        await _arrived(self.values)

    def close(self) -> None:
        _close(self.values)


@dataclass
class Run:
    """One operation under way."""

    executor: Any
    loads: list[Load] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)

    @property
    def context(self) -> Any:
        return self.executor.context_value

    def take(self, values: list[Any], outs: Outs, place: Place) -> None:
        """Place values, at once if none of them is awaited."""
        if _open(values):
            self.waits.append(Wait(values, outs, place))
        else:
            place(values, outs, self)

    async def settle(self) -> None:
        """Wait for what the last level left open, until no level is left."""
        while self.loads or self.waits:
            loads, self.loads = self.loads, []
            waits, self.waits = self.waits, []
            groups: defaultdict[Hashable, list[Load]] = defaultdict(list)
            for load in loads:
                groups[load.group].append(load)
            jobs = [self._load(group) for group in groups.values()]
            if self.context.in_turn and not waits:
                found = await one_by_one(jobs)
            else:
                found = await together([*jobs, *(wait.arrive() for wait in waits)])
            for group, values in zip(groups.values(), found, strict=False):
                self._place(group, values)
            for wait in waits:
                wait.place(wait.values, wait.outs, self)

    async def _load(self, group: Sequence[Load]) -> Sequence[Any]:
        keys = [key for load in group for key in load.keys]
        first = group[0]
        found: Sequence[Any] = await self.context.load_many(
            first.batched.batch, first.arguments, keys, first.wanted
        )
        return found

    def _place(self, group: Sequence[Load], values: Sequence[Any]) -> None:
        begin = 0
        for load in group:
            end = begin + len(load.keys)
            load.place(values[begin:end], load.outs, self)
            begin = end

    def close(self) -> None:
        """Let go of what is never awaited."""
        for wait in self.waits:
            wait.close()


def _open(values: Sequence[Any]) -> bool:
    """Tell whether something among the values, or in lists of them, is to be awaited."""
    return any(
        _open(value) if value.__class__ is list else hasattr(value, "__await__") for value in values
    )


async def _arrived(values: list[Any]) -> None:
    places = [place for place, value in enumerate(values) if hasattr(value, "__await__")]
    found = await together([values[place] for place in places])
    for place, value in zip(places, found, strict=True):
        values[place] = value
    await together([_arrived(value) for value in values if value.__class__ is list])


def _close(values: Sequence[Any]) -> None:
    for value in values:
        if value.__class__ is list:
            _close(value)
        elif iscoroutine(value):
            value.close()


async def one_by_one(jobs: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return all results; the first failure is raised, and the rest is let go of."""
    try:
        return [await job for job in jobs]
    finally:
        for job in jobs:
            job.close()


async def together(jobs: Sequence[Awaitable[Any]]) -> list[Any]:
    """Return all results. A failure is raised when all have ended: what loads for several must not be cut off."""
    if not jobs:
        return []
    if len(jobs) == 1:
        return [await jobs[0]]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
