"""The wake-up line between processes, over broadcaster: it carries {stream, sequence} and never content.

Late, doubled, lost or foreign messages do no harm: positions come from the database, and a slow poll covers
what never arrived.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog
from broadcaster import Broadcast

from models.columns import among
from models.database import Database
from models.log import streams
from models.prepared import prepared
from subscriptions.hub import Hub
from subscriptions.line.base import CHANNEL, RESYNC, WAITING_MESSAGES, Line, end

PUBLISH_SECONDS = 1.0
BETWEEN_SECONDS = 0.02  # a stream is announced once in this time, however much happens in it
RESTART_SECONDS = 0.5
DEAF_SECONDS = 0.25  # between two polls while the line is not heard

log = structlog.get_logger()


class WakeUps:
    """Wakes this process's waiters directly and those of other processes over the line.

    `pending` waits to be announced, `announced` is what was a moment ago. `observe` is told how long our own words took
    to come round.
    """

    def __init__(
        self, hub: Hub, line: Line, observe: Callable[[float], None] | None = None
    ) -> None:
        self.hub = hub
        self.line = line
        self.broadcast = Broadcast(backend=line)
        self.observe = observe
        self.pending: dict[UUID, int] = {}
        self.announced: dict[UUID, float] = {}
        self.news = asyncio.Event()
        self.sent_at: dict[tuple[UUID, int], float] = {}

    @property
    def up(self) -> bool:
        """Whether the line is heard."""
        return self.line.up

    def __call__(self, heads: Mapping[UUID, int]) -> None:
        """Announce committed events. Nobody waits for it."""
        if heads:
            self.hub.wake(heads)
            self.pending.update(heads)
            self.news.set()

    async def run(self) -> None:
        """Hear and announce until cancelled, whatever breaks."""
        both = [asyncio.create_task(self._listen()), asyncio.create_task(self._announce())]
        try:
            await asyncio.wait(both)
        finally:
            await end(both)

    async def _announce(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            if due := self._due():
                await self._publish(due)
            if self.pending:
                asyncio.get_running_loop().call_later(BETWEEN_SECONDS, self.news.set)

    def _due(self) -> Mapping[UUID, int]:
        """Take what is to be announced now: the streams that were not announced a moment ago."""
        now = asyncio.get_running_loop().time()
        lately = {id_: at for id_, at in self.announced.items() if now - at < BETWEEN_SECONDS}
        due = {id_: head for id_, head in self.pending.items() if id_ not in lately}
        self.pending = {id_: head for id_, head in self.pending.items() if id_ in lately}
        self.announced = lately | dict.fromkeys(due, now)
        return due

    async def _publish(self, heads: Mapping[UUID, int]) -> None:
        self._note(heads)
        messages = [
            orjson.dumps({"stream": stream_id, "sequence": sequence}).decode()
            for stream_id, sequence in heads.items()
        ]
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self.line.publish_all(messages)
        except Exception as error:
            log.warning("wake-up not sent; the poll covers it", error=type(error).__name__)

    def _note(self, heads: Mapping[UUID, int]) -> None:
        if len(self.sent_at) >= WAITING_MESSAGES:
            self.sent_at.clear()
        self.sent_at.update(dict.fromkeys(heads.items(), time.perf_counter()))

    async def _listen(self) -> None:
        while True:
            try:
                async with self.broadcast, self.broadcast.subscribe(CHANNEL) as subscriber:
                    while True:
                        self._hear((await subscriber.get()).message)
            except Exception as error:
                log.warning("the wake-up line broke; hearing it again", error=type(error).__name__)
            self.hub.wake_all()
            await asyncio.sleep(RESTART_SECONDS)

    def _hear(self, message: str) -> None:
        if message == RESYNC:
            self.hub.wake_all()
            return
        try:
            news = orjson.loads(message)
            stream_id, sequence = UUID(news["stream"]), int(news["sequence"])
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            log.warning("a foreign message on the wake-up line was ignored")
            return
        self.hub.hint(stream_id, sequence)
        sent_at = self.sent_at.pop((stream_id, sequence), None)
        if sent_at is not None and self.observe is not None:
            self.observe(time.perf_counter() - sent_at)


HEADS = prepared(
    lambda asker, ids: sa.select(streams.c.id, streams.c.head).where(among(streams.c.id, ids))
)


async def poll(database: Database, wake_ups: WakeUps, seconds: float) -> None:
    """Ask the database where the streams with waiters stand: one statement, however many wait.

    While the line is not heard, nothing else tells: then it is asked more often.
    """
    hub = wake_ups.hub
    while True:
        await asyncio.sleep(seconds if wake_ups.up else min(seconds, DEAF_SECONDS))
        if not hub.waiters:
            continue
        try:
            rows = await HEADS.all(database, ids=list(hub.waiters))
        except Exception as error:
            log.warning("the poll failed; trying again", error=type(error).__name__)
            continue
        hub.wake({row.id: row.head for row in rows if hub.heads.get(row.id) != row.head})
