"""Many subscribers in one process, with as little work for each as can be: they count frames and note the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from benchmarks.wire import Wire

OPENING_AT_ONCE = 50


class Subscriber(Wire):
    """Counts the frames that arrive."""

    def __init__(self, crowd: Crowd, opening: Sequence[bytes]) -> None:
        super().__init__(opening)
        self.crowd = crowd
        self.frames = 0

    def hear(self, text: bytes) -> None:
        assert b'"errors"' not in text, text
        self.frames += 1
        self.crowd.note(text)

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.lost += 1


class Crowd:
    """`received` counts what came to all of them, `last` is the newest of it."""

    def __init__(self) -> None:
        self.members: list[Subscriber] = []
        self.received = 0
        self.last = b""
        self.lost = 0
        self.wanted = 0
        self.done = asyncio.Event()
        self.at = 0.0

    def note(self, text: bytes) -> None:
        self.received += 1
        self.last = text
        if self.received >= self.wanted:
            self.at = time.perf_counter()
            self.done.set()

    def expect(self, count: int) -> None:
        self.wanted = self.received + count
        self.done.clear()

    async def all_there(self, seconds: float = 600) -> None:
        async with asyncio.timeout(seconds):
            await self.done.wait()

    async def join(self, port: int, openings: Sequence[Sequence[bytes]]) -> None:
        """Connect them all, some at a time, and wait for what each is told first."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(openings), OPENING_AT_ONCE):
            some = openings[start : start + OPENING_AT_ONCE]
            self.expect(len(some))
            made = await asyncio.gather(
                *[
                    loop.create_connection(partial(Subscriber, self, each), "127.0.0.1", port)
                    for each in some
                ]
            )
            self.members += [protocol for _, protocol in made]
            await self.all_there()

    def leave(self) -> None:
        for member in self.members:
            member.transport.abort()
