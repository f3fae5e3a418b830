"""Both databases through their raw drivers, behind the same three methods.

SQL is written once, PostgreSQL's way; SQLite's text is derived from it when the module that has it is loaded. On SQLite
a request is one hop to a thread: its statements run there one after another.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import asyncpg

T = TypeVar("T")
SQLITE_NOW = "round((julianday('now') - 2440587.5) * 86400.0, 3)"
READERS = 4


class Sql:
    """One statement in both dialects. `now()`, `ago(seconds)` and `= ANY($n)` are written the same way for both; a column
    that is only `checked(...)` is found by another.
    """

    def __init__(self, text: str) -> None:
        text = " ".join(text.split())
        self.parameters = max((int(n) for n in re.findall(r"\$(\d+)", text)), default=0)
        postgresql = text.replace("now()", "clock_timestamp()")
        self.postgresql = re.sub(
            r"ago\((\d+)\)", r"(SELECT clock_timestamp() - interval '\1 s')", postgresql
        )
        self.postgresql = re.sub(r"checked\(([\w.]+)\)", r"\1", self.postgresql)
        sqlite = re.sub(r"checked\(([\w.]+)\)", r"+\1", text)
        sqlite = re.sub(r" FOR (NO KEY )?UPDATE( OF \w+)?", "", sqlite)
        sqlite = re.sub(r"= ANY\(\$(\d+)\)", r"IN (SELECT value FROM json_each(?\1))", sqlite)
        sqlite = re.sub(r"ago\((\d+)\)", rf"(SELECT {SQLITE_NOW} - \1)", sqlite)
        self.sqlite = re.sub(r"\$(\d+)", r"?\1", sqlite.replace("now()", SQLITE_NOW))


class Connection(Protocol):
    """Answers statements; rows are read by place."""

    async def all(self, sql: Sql, *values: Any) -> Sequence[Any]: ...

    async def many(self, sql: Sql, rows: Sequence[Sequence[Any]]) -> None: ...


Steps = Callable[[Connection], Awaitable[T]]


class Database(Protocol):
    """`folds` tells that one statement may write several tables."""

    folds: bool

    def moment(self, value: Any) -> datetime: ...

    def id(self, value: Any) -> UUID: ...

    async def read(self, steps: Steps[T]) -> T: ...

    async def write(self, steps: Steps[T]) -> T: ...


class Postgresql:
    """asyncpg's pool. Nothing is reset between requests: no request leaves anything behind in a session."""

    pool: asyncpg.Pool[asyncpg.Record]
    folds = True

    async def open(self, url: str) -> None:
        self.pool = await asyncpg.create_pool(url, min_size=1, max_size=20, reset=_nothing)

    async def close(self) -> None:
        await self.pool.close()

    def moment(self, value: Any) -> datetime:
        found: datetime = value
        return found

    def id(self, value: Any) -> UUID:
        found: UUID = value
        return found

    async def read(self, steps: Steps[T]) -> T:
        async with self.pool.acquire() as connection:
            return await steps(_Asyncpg(connection))

    async def write(self, steps: Steps[T]) -> T:
        async with self.pool.acquire() as connection, connection.transaction():
            return await steps(_Asyncpg(connection))


async def _nothing(connection: object) -> None:
    pass


class _Asyncpg:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def all(self, sql: Sql, *values: Any) -> Sequence[Any]:
        rows: Sequence[Any] = await self.connection.fetch(sql.postgresql, *values)
        return rows

    async def many(self, sql: Sql, rows: Sequence[Sequence[Any]]) -> None:
        await self.connection.executemany(sql.postgresql, rows)


class Sqlite:
    """Readers on connections of their own, and one writer."""

    folds = False

    def __init__(self) -> None:
        self.readers = ThreadPoolExecutor(READERS)
        self.writer = ThreadPoolExecutor(1)
        self.own = threading.local()

    async def open(self, url: str) -> None:
        self.path = url.removeprefix("sqlite:///")

    async def close(self) -> None:
        self.readers.shutdown()
        self.writer.shutdown()

    def moment(self, value: Any) -> datetime:
        return datetime.fromtimestamp(value, UTC)

    def id(self, value: Any) -> UUID:
        return UUID(value)

    async def read(self, steps: Steps[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.readers, self._now, steps, False)

    async def write(self, steps: Steps[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.writer, self._now, steps, True)

    def _now(self, steps: Steps[T], writing: bool) -> T:
        connection = self._connection()
        if not writing:
            return _driven(steps(_Sqlite3(connection)))
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = _driven(steps(_Sqlite3(connection)))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return found

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self.own, "connection"):
            opened = sqlite3.connect(self.path, isolation_level=None, cached_statements=256)
            for pragma in ("busy_timeout = 5000", "synchronous = FULL", "foreign_keys = ON"):
                opened.execute(f"PRAGMA {pragma}")
            self.own.connection = opened
        found: sqlite3.Connection = self.own.connection
        return found


def _driven(steps: Awaitable[T]) -> T:
    """Run to its end what never waits: behind each `await` here is a plain call."""
    try:
        steps.send(None)  # type: ignore[attr-defined]  # it is a coroutine
    except StopIteration as ended:
        found: T = ended.value
        return found
    raise AssertionError("nothing waits on SQLite")


class _Sqlite3:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def all(self, sql: Sql, *values: Any) -> Sequence[Any]:
        return self.connection.execute(sql.sqlite, [_plain(each) for each in values]).fetchall()

    async def many(self, sql: Sql, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(sql.sqlite, [[_plain(each) for each in row] for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, list):
        return json.dumps([each.hex if isinstance(each, UUID) else each for each in value])
    return value
