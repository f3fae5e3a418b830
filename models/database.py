"""The database: engines for writing and reading, and one writer at a time where SQLite needs it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from typing import Any, Protocol

import aiosqlite
import orjson
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from models.columns import database_now
from models.drivers import (
    Driver,
    Rows,
    announce,
    driver_of,
    has_ended,
    translated,
)
from models.prepared import Fetching, prepared
from models.readers import PostgreSQLReaders, Readers, SQLiteReaders
from models.writers import Writers

Query = sa.Select[*tuple[Any, ...]]

READERS, WRITERS, OTHERS = 16, 6, 6  # connections of a process at most

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
WAL_PATIENCE_SECONDS = 5.0

# What a plan depends on is written into our statements, which come again and again: planning takes longer than most do.
PLANNED_ONCE = {"server_settings": {"plan_cache_mode": "force_generic_plan", "jit": "off"}}


class Reads(Fetching, Protocol):
    """Something that answers SELECT statements: the database, a snapshot, or a unit of work."""

    async def all(self, statement: Query) -> Rows: ...


class Database:
    """One database. `lock` lets one transaction of this process write at a time on SQLite."""

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine(pool_size=OTHERS, max_overflow=0)
        self.dialect = self.engine.dialect
        autocommit: dict[str, Any] = (
            {"huddle_begin": None} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        )
        snapshot: dict[str, Any] = (
            {"huddle_begin": "BEGIN"} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        )
        self.reading = self.engine.execution_options(**autocommit)
        planned = {} if self.is_sqlite else PLANNED_ONCE
        kept = self._engine(poolclass=sa.NullPool, connect_args=planned).execution_options(
            **autocommit
        )
        sa.event.listen(kept.sync_engine, "before_cursor_execute", self._tell)
        self.readers: Readers = (
            SQLiteReaders(kept) if self.is_sqlite else PostgreSQLReaders(kept, READERS)
        )
        self.writers = Writers(kept, WRITERS)
        self.freezing = self.engine.execution_options(**snapshot)
        self.lock: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.is_sqlite else nullcontext()
        )

    def _engine(self, **pool: Any) -> AsyncEngine:
        engine = create_async_engine(
            self.url, json_serializer=lambda value: orjson.dumps(value).decode(), **pool
        )
        if self.is_sqlite:
            sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
        else:
            sa.event.listen(engine.sync_engine, "begin", _begin_postgresql)
        return engine

    def _tell(self, _c: object, _u: object, text: str, arguments: Any, *_: object) -> None:
        """Let those who listen to the engine hear of what goes through connections that are kept."""
        announce(self.engine.sync_engine, text, arguments)

    async def all(self, statement: Query) -> Rows:
        """Answer one statement on a connection of the pool, outside any transaction."""
        async with self.reading.connect() as connection:
            rows: Rows = (await connection.execute(statement)).all()
            return rows

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        """Run text on a reader's connection, outside any transaction."""
        announce(self.engine.sync_engine, text, arguments)
        return await self.readers.fetch(text, arguments)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        """Open a view of the database at one moment, for several statements."""
        async with self._alive(self.freezing) as (connection, _):
            await connection.begin()
            yield Snapshot(connection)

    @asynccontextmanager
    async def _alive(self, engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Any]]:
        """Take a connection, but none that the database has ended meanwhile."""
        while True:
            async with engine.connect() as connection:
                driver = await driver_of(connection)
                if has_ended(driver):
                    await connection.invalidate()
                    continue
                yield connection, driver
                return

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits unless something is raised."""
        async with self.lock, self.engine.begin() as connection:
            yield connection

    async def dispose(self) -> None:
        await self.readers.dispose()
        await self.writers.dispose()
        await self.engine.dispose()


class Snapshot:
    """Reads on one connection; a connection runs one statement at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.driver = Driver(connection)
        self.dialect = connection.dialect
        self.turn = asyncio.Lock()

    async def all(self, statement: Query) -> Rows:
        async with self.turn:
            rows: Rows = (await self.connection.execute(statement)).all()
            return rows

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        async with self.turn:
            return await self.driver.fetch(text, arguments)

    async def now(self) -> datetime:
        """Return the database's clock."""
        moment: datetime = (await CLOCK.all(self))[0].now
        return moment

    async def release(self) -> None:
        """Give the connection back before the view's block ends."""
        await self.connection.close()


CLOCK = prepared(lambda asker: sa.select(database_now().label("now")))


async def first(reads: Reads, statement: Query) -> Any:
    """Return the first row, or None."""
    rows = await reads.all(statement)
    return rows[0] if rows else None


def driver_url(url: str) -> sa.URL:
    """Return a plain `sqlite:` or `postgresql:` address with its asynchronous driver."""
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # what they say may hold the password
        raise ValueError("HUDDLE_DATABASE_URL is not the address of a database.") from None
    name = parsed.get_backend_name()
    if name not in drivers:
        raise ValueError(f"HUDDLE_DATABASE_URL must begin with sqlite: or postgresql:, not {name}:")
    return parsed.set(drivername=drivers[name])


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # we say BEGIN, not the driver
    connection.run_async(_set_pragmas)
    connection.create_function("lower", 1, _lower, deterministic=True)


async def _set_pragmas(connection: aiosqlite.Connection) -> None:
    for pragma in SQLITE_PRAGMAS:
        await connection.execute_fetchall(pragma)
    await _write_ahead(connection)


async def _write_ahead(connection: aiosqlite.Connection) -> None:
    """Switch the file to its write-ahead log, which SQLite does not wait for: rivals refuse it at once."""
    deadline = time.monotonic() + WAL_PATIENCE_SECONDS
    while True:
        try:
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


def _lower(text: object) -> object:
    """SQLite's own knows ASCII only."""
    return text.lower() if isinstance(text, str) else text


def _begin_postgresql(connection: sa.Connection) -> None:
    """Begin now, not with SQLAlchemy's first statement: the first may go to the driver's connection itself."""
    adapted: Any = connection.connection.dbapi_connection
    try:
        await_only(adapted._start_transaction())  # noqa: SLF001  # what SQLAlchemy itself calls, later
    except Exception as problem:  # the dialect's own, which SQLAlchemy would wrap later
        raise translated(problem, "BEGIN") from problem


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get("huddle_begin", "BEGIN IMMEDIATE")
    if begin:
        connection.exec_driver_sql(begin)
