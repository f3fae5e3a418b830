"""Connections that only read, each statement by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.drivers import Rows, fetched, opened, translated

LANES = 2
BATCH = 32
STEPS, SPELLS = 10_000, 5  # of SQLite's machine, some 2 ms in all: what takes more goes to a thread


class Readers(Protocol):
    """Connections that only read, each statement by itself. `busy` is how many are at it; `in_turn` tells that nobody gains by
    having several statements under way.
    """

    @property
    def busy(self) -> int: ...

    @property
    def in_turn(self) -> bool: ...

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows: ...

    async def dispose(self) -> None: ...


class PostgreSQLReaders:
    """As many connections as are needed at once, up to `most`; opened when needed, and kept.

    Once half of them are taken, one for each operation does: having several costs more than waiting for one after another.
    """

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self.engine = engine
        self.most = most
        self.idle: list[tuple[AsyncConnection, Any]] = []
        self.turns = asyncio.Semaphore(most)
        self.busy = 0

    @property
    def in_turn(self) -> bool:
        return 2 * self.busy >= self.most

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
    """One connection for what is read at once, and a few with a thread each for what takes long. Going to a thread costs
    more than most statements do, so each is tried here first; which ones take long is learned.
    """

    in_turn = True

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.here: tuple[AsyncConnection, sqlite3.Connection] | None = None
        self.spells = 0
        self.opening = asyncio.Lock()
        self.long: set[str] = set()
        self.asked: deque[_Asked] = deque()
        self.idle: list[tuple[AsyncConnection, Any]] = []
        self.busy = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        if text not in self.long:
            _, connection = self.here or await self._open()
            self.spells = 0
            try:
                return connection.execute(text, arguments).fetchall()
            except sqlite3.Error as problem:
                if problem.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                    self.long.add(text)
                elif problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise translated(problem, text) from problem
        return await self._sent(text, arguments)

    async def _open(self) -> tuple[AsyncConnection, sqlite3.Connection]:
        """Open the connection for what is read at once: it waits for nobody, and gives up what takes long."""
        async with self.opening:
            if self.here is None:
                connection, driver = await opened(self.engine)
                await driver.execute_fetchall("PRAGMA busy_timeout = 0")
                own: sqlite3.Connection = driver._conn  # noqa: SLF001  # nobody uses its thread any more
                own.set_progress_handler(self._takes_long, STEPS)
                self.here = connection, own
        return self.here

    def _takes_long(self) -> bool:
        """Tell after each spell whether to give up. SQLite counts a statement's steps on from one time to the next."""
        self.spells += 1
        return self.spells > SPELLS

    async def _sent(self, text: str, arguments: Sequence[Any]) -> Rows:
        """Let a thread read; what is asked while all are away goes together."""
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
        if self.here is not None:
            await self.here[0].close()
            self.here = None


def _run(driver: Any, batch: Sequence[_Asked]) -> list[Rows | Exception]:
    return [_found(driver._conn, each) for each in batch]  # noqa: SLF001  # we are in its thread


def _found(connection: sqlite3.Connection, asked: _Asked) -> Rows | Exception:
    try:
        return connection.execute(asked.text, asked.arguments).fetchall()
    except sqlite3.Error as problem:
        return translated(problem, asked.text)
