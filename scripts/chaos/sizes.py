"""How large the service's processes become, and whether what they held for others is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp

from scripts.chaos.servers import Server
from scripts.chaos.waiting import ended

EVERY_SECONDS = 0.5
MOST_MB = 320  # of a process with 200 clients that are stuck
MOST_DESCRIPTORS = 80  # with nobody there: the pool, the wake-up line, the log
MOST_TASKS = 40  # with nobody there: what runs in the background


class Sizes:
    """`peak_mb` is the largest resident size of any process, `descriptors` and `tasks` what was left in the end."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self.servers = servers
        self.peak_mb = 0.0
        self.descriptors = 0
        self.tasks = 0

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        watching = [asyncio.create_task(self._watch())]
        try:
            yield
        finally:
            await ended(watching)

    async def _watch(self) -> None:
        while True:
            for server in self.servers:
                with suppress(OSError):  # it is just dying
                    self.peak_mb = max(self.peak_mb, server.resident_mb())
            await asyncio.sleep(EVERY_SECONDS)

    async def wrong(self) -> list[str]:
        """Look once more, with nobody there; say what is larger than it may be."""
        async with aiohttp.ClientSession() as session:
            tasks = [await server.metric(session, "huddle_tasks") for server in self.servers]
        self.tasks = round(max(tasks))
        self.descriptors = max(server.descriptors() for server in self.servers)
        bounds = {
            "MB were resident": (self.peak_mb, MOST_MB),
            "descriptors are open with nobody there": (self.descriptors, MOST_DESCRIPTORS),
            "tasks run with nobody there": (self.tasks, MOST_TASKS),
        }
        return [
            f"{seen:.0f} {what}, {most} at most"
            for what, (seen, most) in bounds.items()
            if seen > most
        ]
