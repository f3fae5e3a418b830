"""One transaction of a mutation: rows and events are written inside it, streams are woken after it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import ActorKind
from domain.audit import Act
from domain.cursors import Cursor
from domain.events import Event
from domain.ids import new_id
from domain.streams import Stream
from models.audit import append
from models.columns import database_now
from models.database import Database
from models.facts import adapter as adapter
from models.facts import to_json as to_json
from models.faults import reach
from models.log import StreamRow
from models.numbering import Author as Author
from models.numbering import Recorded, number
from models.transactions import Transaction
from models.writers import Writer

T = TypeVar("T")
DEADLOCK = "40P01"
ATTEMPTS = 4

Wake = Callable[[Mapping[UUID, int]], None]

SYSTEM = Author(ActorKind.SYSTEM)


class UnitOfWork(Transaction):
    """The open transaction. It answers reads too, so that doors work inside and outside of it.

    `lateness` is by how many seconds each deadline that it met was missed.
    """

    def __init__(self, writer: Writer, told: AsyncEngine, author: Author) -> None:
        super().__init__(writer, told)
        self.author = author
        self.recorded: list[Recorded] = []
        self.acts: list[Act] = []
        self.cursors: dict[Stream, Cursor] = {}
        self.clock: datetime | None = None
        self.announced: dict[UUID, int] = {}
        self.lateness: list[float] = []

    async def now(self) -> datetime:
        """Return the database's clock."""
        moment: datetime = (await self.all(sa.select(database_now())))[0][0]
        self.clock = moment
        return moment

    async def moment(self) -> datetime:
        """Return the clock as it was last read: the time of this change, for what only tells of it."""
        return self.clock or await self.now()

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
        if self.recorded:
            recorded, self.recorded = self.recorded, []
            self.cursors |= await number(self, recorded, await self.moment())

    async def write_audit(self) -> None:
        if self.acts:
            await append(self, self.acts, await self.moment())


@asynccontextmanager
async def unit_of_work(
    database: Database, wake: Wake, author: Author = SYSTEM
) -> AsyncGenerator[UnitOfWork]:
    """Open a transaction; on success write its events and the audit, commit, then wake the streams."""
    async with database.lock, database.writers.turn() as writer:
        work = UnitOfWork(writer, database.engine, author)
        async with work.open():
            reach("begun")
            yield work
            await work.write_events()
            await work.write_audit()
            await work.flush()
            reach("written")
            reach("committing")
    reach("committed")
    wake({c.stream_id: c.sequence for c in work.cursors.values()} | work.announced)
    reach("woken")


async def through_deadlocks(transact: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction, and again when PostgreSQL ended it to resolve a deadlock: it left no trace."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await transact()
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
    return await transact()
