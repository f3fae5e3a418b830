"""The wake-up line between processes, over broadcaster: it carries {stream, sequence} and never content.

Late, doubled, lost or foreign messages do no harm: positions come from the database, and a slow poll covers
what never arrived.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog
from broadcaster import Broadcast, BroadcastBackend, Event

from models.database import Database
from models.log import streams
from subscriptions.hub import Hub

CHANNEL = "huddle"
RESYNC = "resync"
WAITING_MESSAGES = 10_000
PUBLISH_SECONDS = 1.0
RESTART_SECONDS = 0.5
NAMED_AT_ONCE = 10_000

log = structlog.get_logger()


class MemoryBackend(BroadcastBackend):
    """The line within one process. A queue that overflows collapses into one RESYNC."""

    def __init__(self) -> None:
        self.published: asyncio.Queue[Event] = asyncio.Queue(WAITING_MESSAGES)

    async def connect(self) -> None: ...

    async def disconnect(self) -> None: ...

    async def subscribe(self, channel: str) -> None:
        await self.publish(channel, RESYNC)

    async def unsubscribe(self, channel: str) -> None: ...

    async def publish(self, channel: str, message: str) -> None:
        if self.published.full():
            while not self.published.empty():
                self.published.get_nowait()
            message = RESYNC
        self.published.put_nowait(Event(channel, message))

    async def next_published(self) -> Event:
        return await self.published.get()


class WakeUps:
    """Wakes this process's waiters directly and those of other processes over the line.

    `up` tells whether the line is heard; `observe` is told how long our own words took to come round.
    """

    def __init__(
        self, hub: Hub, backend: BroadcastBackend, observe: Callable[[float], None] | None = None
    ) -> None:
        self.hub = hub
        self.broadcast = Broadcast(backend=backend)
        self.observe = observe
        self.sending: set[asyncio.Task[None]] = set()
        self.sent_at: dict[tuple[UUID, int], float] = {}
        self.up = False

    def __call__(self, heads: Mapping[UUID, int]) -> None:
        """Announce committed events. Nobody waits for it."""
        if not heads:
            return
        self.hub.wake(heads)
        task = asyncio.create_task(self._publish(heads))
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)

    async def _publish(self, heads: Mapping[UUID, int]) -> None:
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                for stream_id, sequence in heads.items():
                    self._note(stream_id, sequence)
                    message = orjson.dumps({"stream": stream_id, "sequence": sequence}).decode()
                    await self.broadcast.publish(CHANNEL, message)
        except Exception as error:
            log.warning("wake-up not sent; the poll covers it", error=type(error).__name__)

    def _note(self, stream_id: UUID, sequence: int) -> None:
        if len(self.sent_at) >= WAITING_MESSAGES:
            self.sent_at.clear()
        self.sent_at[stream_id, sequence] = time.perf_counter()

    async def listen(self) -> None:
        """Hear the line until cancelled, whatever breaks."""
        while True:
            try:
                async with self.broadcast, self.broadcast.subscribe(CHANNEL) as subscriber:
                    self.up = True
                    while True:
                        self._hear((await subscriber.get()).message)
            except Exception as error:
                log.warning("wake-up line lost; listening again", error=type(error).__name__)
            self.up = False
            self.hub.wake_all()
            await asyncio.sleep(RESTART_SECONDS)

    def _hear(self, message: str) -> None:
        if message == RESYNC:
            self.hub.wake_all()
            return
        try:
            news = orjson.loads(message)
            heard = UUID(news["stream"]), int(news["sequence"])
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            log.warning("a foreign message on the wake-up line was ignored")
            return
        self.hub.wake(dict([heard]))
        sent_at = self.sent_at.pop(heard, None)
        if sent_at is not None and self.observe is not None:
            self.observe(time.perf_counter() - sent_at)


async def _heads(database: Database, stream_ids: list[UUID]) -> list[Any]:
    """Return id and head of each stream; databases bound how many can be named in one statement."""
    s, rows = streams.c, list[Any]()
    for start in range(0, len(stream_ids), NAMED_AT_ONCE):
        some = stream_ids[start : start + NAMED_AT_ONCE]
        rows += await database.all(sa.select(s.id, s.head).where(s.id.in_(some)))
    return rows


async def poll(database: Database, hub: Hub, seconds: float) -> None:
    """Ask the database where the streams with waiters stand: one statement, however many wait."""
    while True:
        await asyncio.sleep(seconds)
        if not hub.waiters:
            continue
        try:
            rows = await _heads(database, list(hub.waiters))
        except Exception as error:
            log.warning("the poll failed; trying again", error=type(error).__name__)
            continue
        hub.wake({row.id: row.head for row in rows if hub.heads.get(row.id) != row.head})
