"""Who can be reached, live: everybody first, then who changed. Of several changes only the last one is told.

Presence is in no log. It is read from the database by one task of the process for all who watch, when it is woken and
each second, because a lease ends without anybody saying so.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.errors import Forbidden
from domain.streams import presence_of
from models.agents import agents
from models.database import Database
from models.visibility import current_presence
from subscriptions.feeds import Away, patiently
from subscriptions.following import pause
from subscriptions.hub import Hub

POLL_SECONDS = 1.0
readings = count(1)


@dataclass(frozen=True)
class Change:
    """`complete` tells that these are all that are watched, not only those that changed; `reading` what was read."""

    complete: bool
    agent_ids: list[UUID]
    reading: int
    occurred_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Seen:
    """An agent's presence as last read, and in which reading it became that; gone when no longer employed."""

    department_id: UUID
    presence: AgentPresence
    since: int


@dataclass
class Roster:
    """The agents of an organization as last read. `reading` counts the readings of all rosters, `began` is its first."""

    agents: dict[UUID, Seen] = field(default_factory=dict)
    reading: int = 0
    began: int = 0

    def take(self, rows: Collection[Any]) -> bool:
        """Take what was read, and tell whether anything changed."""
        self.reading = next(readings)
        self.began = self.began or self.reading
        found = {row.id: Seen(row.department_id, row.presence, self.reading) for row in rows}
        for id_, seen in found.items():
            known = self.agents.get(id_)
            if known and (known.presence, known.department_id) == (
                seen.presence,
                seen.department_id,
            ):
                seen.since = known.since
        changed = found != self.agents
        self.agents = found
        return changed

    def known(self, told: int | None) -> int | None:
        """Return the reading that somebody was told of, if what came since can be told."""
        return told if told is not None and told >= self.began else None

    def since(self, told: int | None, departments: Collection[UUID] | None) -> Change:
        """Return what came after a reading; everybody where none is known."""
        return Change(told is None, self.changed_since(told or 0, departments), self.reading)

    def changed_since(self, reading: int, departments: Collection[UUID] | None) -> list[UUID]:
        return [
            id_
            for id_, seen in self.agents.items()
            if seen.since > reading and (departments is None or seen.department_id in departments)
        ]


class Presences:
    """The rosters of a process, read as long as anybody watches."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self.database = database
        self.hub = hub
        self.watched: Counter[UUID] = Counter()
        self.rosters: dict[UUID, Roster] = {}
        self.waiters: set[asyncio.Event] = set()
        self.news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def changes(
        self, organization_id: UUID, follower_id: UUID, departments: Collection[UUID] | None
    ) -> AsyncGenerator[Change]:
        """Yield everybody, then what changed; everybody again when a wake-up may have been lost."""
        with self.watching(organization_id) as waiter:
            told, resyncs = None, self.hub.resyncs
            while True:
                waiter.clear()
                roster = self.rosters.get(organization_id)
                if roster is not None:
                    if follower_id not in roster.agents:
                        raise Forbidden("You may not follow this any more.")
                    if resyncs != self.hub.resyncs:
                        told, resyncs = None, self.hub.resyncs
                    change = roster.since(told, departments)
                    told = change.reading
                    if change.complete or change.agent_ids:
                        yield change
                if not self.reads:
                    raise Away
                await pause(waiter)

    @property
    def reads(self) -> bool:
        """Whether the rosters are kept up; they are not when the database stays away."""
        return self.task is not None and not self.task.done()

    @contextmanager
    def watching(self, organization_id: UUID) -> Iterator[asyncio.Event]:
        waiter = asyncio.Event()
        self.waiters.add(waiter)
        self.watched[organization_id] += 1
        self.news.set()
        if not self.reads:
            self.task = asyncio.create_task(self._run())
        try:
            yield waiter
        finally:
            self.waiters.discard(waiter)
            self.watched[organization_id] -= 1
            if not self.watched[organization_id]:
                del self.watched[organization_id]
                self.rosters.pop(organization_id, None)
            if not self.waiters and self.task is not None:
                self.task.cancel()
                self.task = None

    async def _run(self) -> None:
        """Read until nobody watches; when the database stays away, the watchers are sent away."""
        try:
            while True:
                watched = list(self.watched)
                with self.hub.waiting([presence_of(id_) for id_ in watched]) as self.news:
                    await self._read(watched)
                    await pause(self.news, POLL_SECONDS)
        except Away:
            return
        finally:
            self._tell()

    async def _read(self, watched: Collection[UUID]) -> None:
        a = agents.c
        shown = sa.select(
            a.id, a.organization_id, a.department_id, current_presence().label("presence")
        ).where(a.organization_id.in_(watched), a.active)
        rows = await patiently(lambda: self.database.all(shown))
        changed = []
        for id_ in watched:
            if id_ in self.watched:
                roster = self.rosters.setdefault(id_, Roster())
                changed.append(roster.take([row for row in rows if row.organization_id == id_]))
        if any(changed):
            self._tell()

    def _tell(self) -> None:
        for waiter in self.waiters:
            waiter.set()
