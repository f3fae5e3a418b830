"""Whether a failure says that the database is not there, or too busy: then to try again helps, and nobody made a mistake."""

from __future__ import annotations

import sqlite3
from typing import Any

import asyncpg
import sqlalchemy as sa

# Classes of PostgreSQL's states: the connection failed, no room for more, starting or stopping.
STATES = ("08", "53", "57P")
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL}
CLOSED = "closed"  # as asyncpg says what has no state: another used the connection when it broke
PRIMARY_CODE = 0xFF  # SQLite's extended codes say more above it


def is_absence(problem: BaseException | None) -> bool:
    if isinstance(problem, OSError | sa.exc.TimeoutError):
        return True
    if not isinstance(problem, sa.exc.DBAPIError):
        return False
    cause: Any = problem.orig
    state = getattr(cause, "sqlstate", None) or ""
    code = getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE
    return state.startswith(STATES) or code in BUSY or _is_broken(cause)


def _is_broken(cause: BaseException | None) -> bool:
    """Tell a connection that ended while it was used; SQLAlchemy's wrapper has the driver's own behind it."""
    own = isinstance(cause, asyncpg.InterfaceError | asyncpg.InternalClientError)
    driver = cause if own else getattr(cause, "__cause__", None)
    return isinstance(driver, OSError | asyncpg.InternalClientError) or (
        isinstance(driver, asyncpg.InterfaceError) and CLOSED in str(driver)
    )
