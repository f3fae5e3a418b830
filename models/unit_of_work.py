"""One transaction of a mutation: rows and events are written inside it, streams are woken after it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from domain.actors import ActorKind
from domain.audit import Act
from domain.cursors import Cursor, digest_of
from domain.events import Event
from domain.ids import new_id
from domain.streams import Stream
from models.audit import append
from models.columns import database_now, table
from models.database import Database, Query
from models.drivers import Driver, Rows
from models.faults import reach
from models.log import EventRow, StreamRow, streams

T = TypeVar("T")
DEADLOCK = "40P01"
ATTEMPTS = 4

Wake = Callable[[Mapping[UUID, int]], None]


@dataclass(frozen=True)
class Author:
    """Who causes the events of a transaction; the system has no id."""

    kind: ActorKind
    id: UUID | None = None


SYSTEM = Author(ActorKind.SYSTEM)


@dataclass(frozen=True)
class Recorded:
    stream: Stream
    event_id: UUID
    event: Event
    author: Author


class UnitOfWork:
    """The open transaction. It answers reads too, so that doors work inside and outside of it.

    `lateness` is by how many seconds each deadline that it met was missed.
    """

    def __init__(self, connection: AsyncConnection, author: Author) -> None:
        self.connection = connection
        self.driver = Driver(connection)
        self.dialect = connection.dialect
        self.author = author
        self.recorded: list[Recorded] = []
        self.acts: list[Act] = []
        self.cursors: dict[Stream, Cursor] = {}
        self.clock: datetime | None = None
        self.announced: dict[UUID, int] = {}
        self.lateness: list[float] = []

    async def all(self, statement: Query) -> Rows:
        rows: Rows = (await self.connection.execute(statement)).all()
        return rows

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        """Run text on the driver's connection, within the transaction."""
        return await self.driver.fetch(text, arguments)

    async def now(self) -> datetime:
        """Return the database's clock."""
        self.clock = (await self.connection.execute(sa.select(database_now()))).scalar_one()
        return self.clock

    async def moment(self) -> datetime:
        """Return the clock as it was last read: the time of this change, for what only tells of it."""
        return self.clock or await self.now()

    async def add(self, row: SQLModel) -> None:
        await self.add_all([row])

    async def add_all(self, rows: Sequence[SQLModel]) -> None:
        """Insert rows of one table."""
        if rows:
            values = [{name: getattr(row, name) for name in type(row).model_fields} for row in rows]
            await self.connection.execute(sa.insert(table(type(rows[0]))), values)

    async def change(self, statement: sa.Update | sa.Delete) -> int:
        """Run a conditional statement; the number of rows it changed says who won."""
        return (await self.connection.execute(statement)).rowcount

    def record(self, event: Event, *to: Stream, by: Author | None = None) -> None:
        """Note an event for each stream; it is written with the next sequence just before the commit."""
        event_id, author = new_id(), by or self.author
        self.recorded.extend(Recorded(stream, event_id, event, author) for stream in to)

    def audit(self, act: Act) -> None:
        """Note what was done or tried; it is written just before the commit, when all other locks are taken."""
        self.acts.append(act)

    async def announce(self, name: UUID) -> None:
        """Wake who waits for something that is in no stream, after the commit. The clock tells two of them apart."""
        self.announced[name] = int((await self.moment()).timestamp() * 1000)

    async def open_streams(self, *opened: Stream) -> None:
        await self.add_all(
            [StreamRow(id=s.id, kind=s.kind, owner_id=s.owner_id, epoch=new_id()) for s in opened]
        )

    async def write_events(self) -> None:
        """Give the recorded events their sequences. Streams are counted late and in the order of their ids."""
        if not self.recorded:
            return
        now = await self.moment()
        recorded, self.recorded = self.recorded, []
        news: dict[Stream, list[Recorded]] = {}
        for each in recorded:
            news.setdefault(each.stream, []).append(each)
        rows: list[SQLModel] = []
        for stream, (head, epoch) in (await self._count(news)).items():
            self.cursors[stream] = Cursor(
                stream.id, head, digest_of(news[stream][-1].event_id), epoch
            )
            rows += _numbered(stream, news[stream], head, now)
        await self.add_all(rows)

    async def write_audit(self) -> None:
        if self.acts:
            await append(self.connection, self.acts, await self.moment())

    async def _count(
        self, news: Mapping[Stream, Sequence[Recorded]]
    ) -> dict[Stream, tuple[int, UUID]]:
        """Move the heads in one statement. PostgreSQL locks them in the order of their ids first."""
        s, named = streams.c, {stream.id: stream for stream in news}
        wanted = s.id.in_(named)
        if len(named) > 1 and self.connection.dialect.name != "sqlite":
            rows = sa.select(s.id).where(wanted).order_by(s.id).with_for_update()
            wanted = s.id.in_(sa.select(rows.cte("locked").c.id))
        more = sa.case(*((s.id == stream.id, len(each)) for stream, each in news.items()))
        counted = sa.update(streams).where(wanted).values(head=s.head + more)
        found = await self.connection.execute(counted.returning(s.id, s.head, s.epoch))
        heads = {named[row.id]: (row.head, row.epoch) for row in found}
        assert len(heads) == len(news), "a stream is opened before anything happens in it"
        return heads


def _numbered(stream: Stream, news: Sequence[Recorded], head: int, now: datetime) -> list[SQLModel]:
    first = head - len(news) + 1
    return [
        EventRow(
            stream_id=stream.id,
            seq=first + place,
            event_id=each.event_id,
            type=type(each.event).__name__,
            payload=to_json(each.event),
            actor_kind=each.author.kind,
            actor_id=each.author.id,
            occurred_at=now,
        )
        for place, each in enumerate(news)
    ]


@asynccontextmanager
async def unit_of_work(
    database: Database, wake: Wake, author: Author = SYSTEM
) -> AsyncGenerator[UnitOfWork]:
    """Open a transaction; on success write its events and the audit, commit, then wake the streams."""
    async with database.writing() as connection:
        reach("begun")
        work = UnitOfWork(connection, author)
        yield work
        await work.write_events()
        await work.write_audit()
        reach("written")
        reach("committing")
    reach("committed")
    wake({c.stream_id: c.sequence for c in work.cursors.values()} | work.announced)
    reach("woken")


ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what writes and reads facts of this kind as JSON; making one is slow, so each is kept."""
    if kind not in ADAPTERS:
        ADAPTERS[kind] = TypeAdapter(kind)
    return ADAPTERS[kind]


def to_json(facts: object) -> str:
    return adapter(type(facts)).dump_json(facts).decode()


async def through_deadlocks(transact: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction, and again when PostgreSQL ended it to resolve a deadlock: it left no trace."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await transact()
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
    return await transact()
