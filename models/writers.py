"""Connections that write, one transaction at a time on each. They are opened when needed, and kept."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.drivers import PROBLEMS, Rows, fetched, has_ended, opened, translated

LONG_SECONDS = 0.002
PATIENCE = "PRAGMA busy_timeout = 5000"
NO_PATIENCE = "PRAGMA busy_timeout = 0"
BEGIN = "BEGIN IMMEDIATE"


class Writer(Protocol):
    """A connection, and the driver's own under it. `is_clean` tells whether nothing is left open on it."""

    connection: AsyncConnection
    driver: Any

    @property
    def is_clean(self) -> bool: ...

    async def begin(self) -> None: ...

    async def run(self, text: str, arguments: Sequence[Any]) -> Rows: ...

    async def commit(self) -> None: ...

    async def undo(self) -> None: ...


class PostgreSQLWriter:
    def __init__(self, connection: AsyncConnection, driver: Any) -> None:
        self.connection = connection
        self.driver = driver

    @property
    def is_clean(self) -> bool:
        return not self.driver.is_closed() and not self.driver.is_in_transaction()

    async def begin(self) -> None:
        await self._say("BEGIN")

    async def run(self, text: str, arguments: Sequence[Any]) -> Rows:
        return await fetched(self.driver, text, arguments)

    async def commit(self) -> None:
        await self._say("COMMIT")

    async def undo(self) -> None:
        await self._say("ROLLBACK")

    async def _say(self, text: str) -> None:
        """Run what has no parameters and no rows, the short way."""
        try:
            await self.driver.execute(text)
        except PROBLEMS as problem:
            raise translated(problem, text) from problem


class SQLiteWriter:
    """Runs statements here, as going to the connection's thread costs more than most of them do. What waits for the disk or
    for another process goes there, and so does a text that once took long.
    """

    def __init__(self, connection: AsyncConnection, driver: Any, long: set[str]) -> None:
        self.connection = connection
        self.driver = driver
        self.here: sqlite3.Connection = driver._conn  # noqa: SLF001  # its thread is idle while we use it
        self.here.execute(NO_PATIENCE)
        self.long = long

    @property
    def is_clean(self) -> bool:
        return not self.connection.invalidated and not self.here.in_transaction

    async def begin(self) -> None:
        try:
            self.here.execute(BEGIN)
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise translated(problem, BEGIN) from problem
            await self._begin_in_time()

    async def _begin_in_time(self) -> None:
        """Wait for another process to end its transaction."""
        try:
            for text in (PATIENCE, BEGIN):
                await fetched(self.driver, text, ())
        finally:
            await fetched(self.driver, NO_PATIENCE, ())

    async def run(self, text: str, arguments: Sequence[Any]) -> Rows:
        if text in self.long:
            return await fetched(self.driver, text, arguments)
        began = time.thread_time()
        try:
            return self.here.execute(text, arguments).fetchall()
        except sqlite3.Error as problem:
            raise translated(problem, text) from problem
        finally:
            if time.thread_time() - began > LONG_SECONDS:
                self.long.add(text)

    async def commit(self) -> None:
        await fetched(self.driver, "COMMIT", ())

    async def undo(self) -> None:
        """Roll back in the thread, behind whatever it may still be at."""
        await self.driver.rollback()


class Writers:
    """Lets as many transactions write at once as there are turns."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self.engine = engine
        self.turns = asyncio.Semaphore(most)
        self.idle: list[Writer] = []
        self.long: set[str] = set()

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[Writer]:
        async with self.turns:
            writer = await self._take()
            try:
                yield writer
            finally:
                if writer.is_clean:
                    self.idle.append(writer)
                else:
                    await _drop(writer)

    async def _take(self) -> Writer:
        while self.idle:
            writer = self.idle.pop()
            if not has_ended(writer.driver):
                return writer
            await _drop(writer)
        connection, driver = await self._open()
        if self.engine.dialect.name == "sqlite":
            return SQLiteWriter(connection, driver, self.long)
        return PostgreSQLWriter(connection, driver)

    async def _open(self) -> tuple[AsyncConnection, Any]:
        """Open a connection; whoever goes away meanwhile waits to close it."""
        opening = asyncio.ensure_future(opened(self.engine))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            connection, _ = await opening
            await connection.close()
            raise

    async def dispose(self) -> None:
        while self.idle:
            await self.idle.pop().connection.close()


async def _drop(writer: Writer) -> None:
    await writer.connection.invalidate()
    await writer.connection.close()
