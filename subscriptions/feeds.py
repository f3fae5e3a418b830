"""A stream as one process reads it: once for all who follow, its newest events in a ring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, TypeVar

import sqlalchemy as sa
import structlog

from domain.cursors import Cursor
from domain.streams import Stream, StreamKind
from models.database import Database
from models.shapes import varied
from subscriptions import streams
from subscriptions.hub import Hub
from subscriptions.streams import Page, Roll, carriers_of

T = TypeVar("T")

RING = 256
INBOX_RING = 16  # an inbox has one follower, seldom two
RETRY_SECONDS = 0.5
PATIENCE_SECONDS = 20.0
AWAY = (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError)  # as the drivers tell that they cannot

log = structlog.get_logger()


class Away(Exception):
    """The database has not answered for long. Nothing is lost: whoever follows comes back and resumes."""


class Together(Generic[T]):
    """Reads once for all who ask before it begins: what they get is never older than their question."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self.read = read
        self.current: asyncio.Task[T] | None = None
        self.upcoming: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        if self.upcoming is None:
            self.upcoming = asyncio.create_task(self._begin(self.current))
            self.upcoming.add_done_callback(_noticed)
        return await asyncio.shield(self.upcoming)

    async def _begin(self, before: asyncio.Task[T] | None) -> T:
        if before is not None:
            await asyncio.wait([before])
        self.current, self.upcoming = self.upcoming, None
        return await self.read()

    def stop(self) -> None:
        for task in (self.current, self.upcoming):
            if task is not None:
                task.cancel()


def _noticed(task: asyncio.Task[object]) -> None:
    """Those who asked may have gone meanwhile."""
    if not task.cancelled():
        task.exception()


class Feed:
    """`known` is the stream as last read, its events the ring: as many as a stream of its kind keeps, none missing."""

    def __init__(self, database: Database, hub: Hub, stream: Stream) -> None:
        self.database = database
        self.hub = hub
        self.stream = stream
        self.ring = INBOX_RING if stream.kind is StreamKind.INBOX else RING
        self.known: Page | None = None
        self.low = 0
        self.look = Together(self._look)
        self.roll: Together[Roll] = Together(self._roll)
        self.last_roll: Roll = {}
        self.rolled_at = float("-inf")
        self.followers = 0

    def waiting(self) -> AbstractContextManager[asyncio.Event]:
        """Register a waiter for whatever can change what is heard here: do this BEFORE the first read."""
        return self.hub.waiting(carriers_of(self.stream))

    async def page(self, place: Cursor, waiter: asyncio.Event | None = None) -> Page:
        """Return what follows a place: from the ring, or from the table where that is too far back."""
        sequence = place.sequence
        if self._holds(sequence):
            await self.look()
            if self.known is not None and self._holds(sequence):
                self._see(self.known, waiter)
                return self.known.onward(sequence)
        page = await self._read(sequence)
        self._adopt(page, sequence)
        self._see(page, waiter)
        return page

    def _see(self, page: Page, waiter: asyncio.Event | None) -> None:
        self.hub.see(self.stream.id, page.head, waiter)

    def _holds(self, sequence: int) -> bool:
        return self.known is not None and self.low <= sequence <= self.known.reached

    def _adopt(self, page: Page, sequence: int) -> None:
        """Begin the ring with a page that reaches the head."""
        begins = page.events[0].seq if page.events else page.pruned
        whole = begins == sequence or (begins == sequence + 1 and sequence == page.pruned)
        if self.known is None and page.to_the_head and whole:
            self.known, self.low = page, sequence

    async def _look(self) -> None:
        """Read what came since, and add it to the ring; history that changed empties it."""
        known = self.known
        if known is not None:
            self.known = self._joined(known, await self._read(known.reached))

    def _joined(self, known: Page, page: Page) -> Page | None:
        last = known.events[-1] if known.events else None
        begins = page.events[0] if page.events else None
        goes_on = known.epoch == page.epoch and (
            (begins is not None and last is not None and begins.id == last.id)
            or (last is None and page.pruned == known.pruned)
        )
        if not goes_on:
            return None
        news = [event for event in page.events if event.seq > known.reached]
        ring = [*known.events, *news][-self.ring :]
        if ring and len(known.events) + len(news) > self.ring:
            self.low = ring[0].seq
        return varied(page, events=ring)

    async def _read(self, sequence: int) -> Page:
        begun = asyncio.get_running_loop().time()
        page = await patiently(lambda: streams.read(self.database, self.stream, sequence))
        self._rolled(page.roll, begun)
        return page

    async def recent_roll(self, seconds: float) -> Roll:
        """Return who may follow, as read at most so long ago: the same object while nothing of it changes."""
        clock = asyncio.get_running_loop().time
        return self.last_roll if self.rolled_at > clock() - seconds else await self.roll()

    async def _roll(self) -> Roll:
        begun = asyncio.get_running_loop().time()
        roll = await patiently(lambda: streams.call_roll(self.database, self.stream))
        self._rolled(roll, begun)
        return roll

    def _rolled(self, roll: Roll, begun: float) -> None:
        if begun >= self.rolled_at:
            self.last_roll, self.rolled_at = roll, begun

    def stop(self) -> None:
        self.look.stop()
        self.roll.stop()


class Feeds:
    """The feeds of a process, each as long as anybody follows it."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self.database = database
        self.hub = hub
        self.open: dict[Stream, Feed] = {}

    @contextmanager
    def of(self, stream: Stream) -> Iterator[Feed]:
        feed = self.open.get(stream) or Feed(self.database, self.hub, stream)
        self.open[stream] = feed
        feed.followers += 1
        try:
            yield feed
        finally:
            feed.followers -= 1
            if not feed.followers:
                feed.stop()
                del self.open[stream]


async def patiently(read: Callable[[], Awaitable[T]]) -> T:
    """Read, retrying while the database is away; then give up with Away."""
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE_SECONDS
    while True:
        try:
            return await read()
        except AWAY as error:
            log.warning("a stream cannot be read; trying again", error=type(error).__name__)
            if clock() > end:
                raise Away from error
        await asyncio.sleep(RETRY_SECONDS)
