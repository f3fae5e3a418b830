"""Statements on the database drivers' own connections, without SQLAlchemy between; see models/prepared.py."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiosqlite
import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Rows = Sequence[Any]  # rows, read by name or place

PROBLEMS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
LANES = 2
BATCH = 32


async def driver_of(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


async def opened(engine: AsyncEngine) -> tuple[AsyncConnection, Any]:
    """Open a connection, with the driver's own."""
    connection = await engine.connect()
    return connection, await driver_of(connection)


def has_ended(driver: Any) -> bool:
    """Tell whether the server has closed a connection that nobody used meanwhile."""
    return isinstance(driver, asyncpg.Connection) and driver.is_closed()


async def fetched(driver: Any, text: str, arguments: Sequence[Any]) -> Rows:
    """Run one statement and return its rows; what fails is SQLAlchemy's kind of error."""
    try:
        if isinstance(driver, aiosqlite.Connection):
            return list(await driver.execute_fetchall(text, arguments))
        rows: Rows = await driver.fetch(text, *arguments)
        return rows
    except PROBLEMS as problem:
        raise translated(problem, text) from problem


def translated(problem: Exception, text: str) -> sa.exc.DBAPIError:
    """Return what SQLAlchemy raises, so that nobody cares which way a statement went."""
    if isinstance(problem, asyncpg.IntegrityConstraintViolationError):
        kind: Any = sa.exc.IntegrityError
    else:
        kind = getattr(sa.exc, type(problem).__name__, sa.exc.DBAPIError)
    found: sa.exc.DBAPIError = kind(text, None, problem, hide_parameters=True)
    return found


def announce(told: Any, text: str, arguments: Sequence[Any]) -> None:
    """Tell those who listen to the engine's statements."""
    listeners = told.dispatch.before_cursor_execute
    if listeners:
        listeners(None, None, text, arguments, None, False)


class Driver:
    """The driver's own connection under SQLAlchemy's, for statements of the same transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.found: Any = None

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        announce(self.connection.sync_connection, text, arguments)
        self.found = self.found or await driver_of(self.connection)
        return await fetched(self.found, text, arguments)


class Readers(Protocol):
    """Connections that only read, each statement by itself. `busy` is how many are at it."""

    @property
    def busy(self) -> int: ...

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows: ...

    async def dispose(self) -> None: ...


class PostgreSQLReaders:
    """As many connections as are needed at once, up to `most`; opened when needed, and kept."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self.engine = engine
        self.idle: list[tuple[AsyncConnection, Any]] = []
        self.turns = asyncio.Semaphore(most)
        self.busy = 0

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        async with self.turns:
            self.busy += 1
            try:
                reader = await self._take()
                try:
                    return await fetched(reader[1], text, arguments)
                finally:
                    self.idle.append(reader)
            finally:
                self.busy -= 1

    async def _take(self) -> tuple[AsyncConnection, Any]:
        while self.idle:
            reader = self.idle.pop()
            if not reader[1].is_closed():
                return reader
            await reader[0].invalidate()
            await reader[0].close()
        return await opened(self.engine)

    async def dispose(self) -> None:
        while self.idle:
            await self.idle.pop()[0].close()


@dataclass(frozen=True)
class _Asked:
    text: str
    arguments: Sequence[Any]
    answer: asyncio.Future[Rows]

    def settle(self, found: Rows | Exception) -> None:
        if self.answer.done():  # whoever asked has gone
            return
        if isinstance(found, Exception):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


class SQLiteReaders:
    """A few connections, a thread for each. Going there costs more than most statements do: what is asked while all
    are away goes together.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.asked: deque[_Asked] = deque()
        self.idle: list[tuple[AsyncConnection, Any]] = []
        self.busy = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Rows] = loop.create_future()
        self.asked.append(_Asked(text, arguments, answer))
        if self.busy < LANES:
            self.busy += 1
            task = loop.create_task(self._drive())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return await answer

    async def _drive(self) -> None:
        """Go until nothing is asked any more. Between looking and no longer being busy nobody else has a turn."""
        batch: list[_Asked] = []
        try:
            reader = self.idle.pop() if self.idle else await opened(self.engine)
            driver = reader[1]
            while self.asked:
                batch = [self.asked.popleft() for _ in range(min(BATCH, len(self.asked)))]
                found = await driver._execute(_run, driver, batch)  # noqa: SLF001  # all that aiosqlite does goes this way
                for each, rows in zip(batch, found, strict=True):
                    each.settle(rows)
            self.idle.append(reader)
        except Exception as problem:
            batch += self.asked
            self.asked.clear()
            for each in batch:
                each.settle(problem)
        finally:
            self.busy -= 1

    async def dispose(self) -> None:
        await asyncio.gather(*self.tasks)
        while self.idle:
            await self.idle.pop()[0].close()


def _run(driver: Any, batch: Sequence[_Asked]) -> list[Rows | Exception]:
    return [_found(driver._conn, each) for each in batch]  # noqa: SLF001  # we are in its thread


def _found(connection: sqlite3.Connection, asked: _Asked) -> Rows | Exception:
    try:
        return connection.execute(asked.text, asked.arguments).fetchall()
    except sqlite3.Error as problem:
        return translated(problem, asked.text)
