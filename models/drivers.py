"""Statements on the database drivers' own connections, without SQLAlchemy between; see models/prepared.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Rows = Sequence[Any]  # rows, read by name or place

PROBLEMS = (
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that the server is ending
)


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
