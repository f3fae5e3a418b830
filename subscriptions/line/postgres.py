"""The line over PostgreSQL's NOTIFY: one connection listens, another notifies, neither is the pool's.

NOTIFY takes a lock of the whole database at commit, so it never runs inside a business transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from subscriptions.line.base import CHANNEL, SupervisedLine

CONNECT_SECONDS = 5.0
ALIVE_SECONDS = 3.0
NOTIFY = "SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message"


class PostgresLine(SupervisedLine):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.turn = asyncio.Lock()
        self.notifying: Any = None

    async def hear(self) -> None:
        connection = await self._connected()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self.confirmed()
            while not lost.is_set():
                await connection.execute("SELECT 1", timeout=ALIVE_SECONDS)
                await _until(lost, ALIVE_SECONDS)
        finally:
            connection.terminate()

    def _heard(self, connection: Any, pid: int, channel: str, message: Any) -> None:
        self.put(str(message))

    async def publish(self, channel: str, message: str) -> None:
        await self.publish_all([message])

    async def publish_all(self, messages: Sequence[str]) -> None:
        async with self.turn:
            if self.notifying is None:
                self.notifying = await self._connected()
            try:
                await self.notifying.execute(NOTIFY, CHANNEL, list(messages))
            except BaseException:  # it may be in the middle of something: never use it again
                self.notifying.terminate()
                self.notifying = None
                raise

    async def close(self) -> None:
        if self.notifying is not None:
            self.notifying.terminate()
            self.notifying = None

    async def _connected(self) -> Any:
        return await asyncpg.connect(
            self.url,
            timeout=CONNECT_SECONDS,
            server_settings={
                "application_name": "huddle wake-up line",
                "synchronous_commit": "off",  # what may be lost anyway waits for no disk
            },
        )


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
