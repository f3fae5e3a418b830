"""Identical subscriptions share one execution of each event; the right of each member is its own.

A member catches up by itself, from the log. Once it stands at the head it is live: the group pushes to it what it
prepared once for all. A member that cannot take it at once, that may not hear it any more or that sees things
differently now, leaves and catches up by itself again, which finds out what is the matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from domain.actors import Actor
from domain.cursors import Cursor
from domain.streams import Stream
from models.stored import StoredEvent
from subscriptions.feeds import Away, Feed, Feeds
from subscriptions.following import Right, pause
from subscriptions.streams import Page, Roll, Standing, check_belongs

BATCH = 32  # events prepared at once
BETWEEN_YIELDS = 250  # members served before others get their turn
FRESH_SECONDS = 5.0  # for so long what was prepared is given to others who catch up
REMEMBERED = 256

Payload = bytes | None

log = structlog.get_logger()


class Shape(Protocol):
    """What a subscription asks for, apart from whom and from where on."""

    @property
    def key(self) -> Hashable: ...

    def sight(self, actor: Actor, standing: Standing) -> Hashable:
        """Return everything of the asker that the answer depends on."""
        ...

    async def payload(self, event: StoredEvent, actor: Actor) -> Payload:
        """Execute for one event; None when the subscription does not tell it."""
        ...


class Receiver(Protocol):
    """Where a member's payloads go."""

    def push(self, payload: bytes) -> bool:
        """Write at once and return True, or write nothing."""
        ...

    async def send(self, payload: bytes) -> None:
        """Write, as long as that takes."""
        ...


@dataclass(eq=False)
class Member:
    """One subscription of somebody: it has been told everything up to `place`."""

    actor: Actor
    place: Cursor
    receiver: Receiver
    released: asyncio.Future[None] | None = None
    told: int = 0


@dataclass
class Prepared:
    """What was executed for one event. `at` is when."""

    at: float
    payload: Payload


@dataclass(eq=False)
class Group:
    """Members whose answers are the same. `place` is where the live ones stand."""

    feed: Feed
    shape: Shape
    sight: Hashable
    counted: Callable[[int], None]
    users: int = 0
    place: Cursor | None = None
    members: dict[Member, None] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    waiter: asyncio.Event = field(default_factory=asyncio.Event)
    prepared: dict[int, Prepared] = field(default_factory=dict)
    away: bool = False

    # Preparing, for whoever asks.

    async def prepare(self, events: Sequence[StoredEvent], actor: Actor) -> Mapping[int, Prepared]:
        """Return what each event comes to, freshly executed as this actor or as another did lately."""
        now = asyncio.get_running_loop().time()
        found = {}
        for event in events:
            known = self.prepared.get(event.seq)
            if known is None or now - known.at > FRESH_SECONDS:
                known = Prepared(now, await self.shape.payload(event, actor))
            found[event.seq] = known
        return found

    def keep(self, prepared: Mapping[int, Prepared]) -> None:
        """Remember for others: only once the right of whoever it was executed as has been seen to hold since."""
        self.prepared.update(prepared)
        while len(self.prepared) > REMEMBERED:
            del self.prepared[next(iter(self.prepared))]

    def sees_alike(self, actor: Actor, standing: Standing | None) -> bool:
        return standing is not None and self.shape.sight(actor, standing) == self.sight

    # Living.

    async def live(self, member: Member) -> None:
        """Push to the member until it must see for itself; return at once when it lags behind the others."""
        if self.away:
            raise Away
        if not self.members:
            self._begin(member.place)
        elif self.place is not None and member.place.sequence < self.place.sequence:
            return
        member.released = asyncio.get_running_loop().create_future()
        self.members[member] = None
        try:
            await member.released
        finally:
            self.release(member)

    def _begin(self, place: Cursor) -> None:
        """Go on from here. What came since is looked for: while nobody was there it was not."""
        self.place = place
        self.waiter.set()
        if self.task is None:
            self.task = asyncio.create_task(self._run())

    def release(self, member: Member) -> None:
        self.members.pop(member, None)
        if member.released is not None and not member.released.done():
            member.released.set_result(None)

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    async def _run(self) -> None:
        """Serve until stopped. Whatever is wrong, the members find out by themselves."""
        try:
            with self.feed.waiting() as self.waiter:
                while True:
                    await self._serve()
        except Away as away:
            self.away = True
            log.warning("followers are sent away", members=len(self.members), error=str(away))
        except Exception as problem:
            log.warning("a group ended; its members go on alone", error=type(problem).__name__)
        finally:
            self.task = None
            for member in list(self.members):
                self.release(member)

    async def _serve(self) -> None:
        self.waiter.clear()
        speaker = next(iter(self.members), None)
        if speaker is None or self.place is None:
            await pause(self.waiter)
            return
        page = await self.feed.page(self.place, self.waiter)
        news = page.after(self.place)[:BATCH]
        prepared = await self.prepare(news, speaker.actor)
        roll = await self.feed.roll()
        self._sort_out(roll)
        if news and not self.sees_alike(speaker.actor, roll.get(speaker.actor.id)):
            return  # what was executed as somebody without the right is nobody's: once more, as another
        self.keep(prepared)
        for event in news:
            await self._tell(event, prepared[event.seq].payload)
        if self.place.sequence >= page.head:
            await self._rest(page)

    def _sort_out(self, roll: Roll) -> None:
        """Let those go who may not follow any more, or see things differently now."""
        alike: dict[UUID, bool] = {}  # members of one group who are one person see alike
        for member in list(self.members):
            id_ = member.actor.id
            if id_ not in alike:
                alike[id_] = self.sees_alike(member.actor, roll.get(id_))
            if not alike[id_]:
                self.release(member)

    async def _rest(self, page: Page) -> None:
        if page.over:
            for member in list(self.members):
                self.release(member)
        else:
            await pause(self.waiter)

    async def _tell(self, event: StoredEvent, payload: Payload) -> None:
        place = self.place = event.place
        delivered = 0
        for number, member in enumerate(list(self.members), 1):
            if member.place.sequence + 1 == event.seq and member in self.members:
                if payload is None or member.receiver.push(payload):
                    member.place = place
                    delivered += payload is not None
                else:
                    self.release(member)
            if number % BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)
        self.counted(delivered)


class Groups:
    """The groups of a process."""

    def __init__(self, feeds: Feeds, counted: Callable[[int], None]) -> None:
        self.feeds = feeds
        self.counted = counted
        self.open: dict[Hashable, Group] = {}

    async def follow(self, stream: Stream, shape: Shape, member: Member) -> None:
        """Deliver everything after the member's place until the stream is over; fail as soon as it may not hear it."""
        check_belongs(member.place, stream)
        with self.feeds.of(stream) as feed:
            right = Right(feed, member.actor.id)
            while True:
                sight = shape.sight(member.actor, await right.check())
                with self._group(feed, shape, sight) as group:
                    if await catch_up(group, member, right):
                        return

    @contextmanager
    def _group(self, feed: Feed, shape: Shape, sight: Hashable) -> Iterator[Group]:
        key = (feed.stream, shape.key, sight)
        group = self.open.get(key) or Group(feed, shape, sight, self.counted)
        self.open[key] = group
        group.users += 1
        try:
            yield group
        finally:
            group.users -= 1
            if not group.users:
                group.stop()
                del self.open[key]


async def catch_up(group: Group, member: Member, right: Right) -> bool:
    """Deliver in this group: alone to the head, then live, again and again.

    Return True when the stream is over, False when the member sees things differently from the group.
    """
    while True:
        page = await group.feed.page(member.place)
        news = page.after(member.place)[:BATCH]
        prepared = await group.prepare(news, member.actor)
        standing = await (right.read() if news else right.check())
        if not group.sees_alike(member.actor, standing):
            return False
        group.keep(prepared)
        for event in news:
            if not group.sees_alike(member.actor, await right.check()):
                return False
            payload = prepared[event.seq].payload
            if payload is not None:
                await member.receiver.send(payload)
                group.counted(1)
            member.place = event.place
        if member.place.sequence >= page.head:
            if page.over:
                return True
            await group.live(member)
