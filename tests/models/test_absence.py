"""A database that is away, or busy, is told from a mistake of ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.absence import is_absence
from models.database import Database
from models.drivers import translated


def test_a_file_that_another_has_locked_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    with sqlite3.connect(path) as other, sqlite3.connect(path, timeout=0) as ours:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as locked:
            ours.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as mistaken:
            ours.execute("SELECT * FROM nowhere")
    other.close()
    ours.close()
    assert is_absence(translated(locked.value, "BEGIN"))
    assert not is_absence(translated(mistaken.value, "SELECT"))


async def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(OSError) as found:
        await database.all(sa.select(1))
    assert is_absence(found.value)


async def test_a_wrong_statement_is_a_mistake(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as found:
        await database.all(sa.select(sa.column("a")).select_from(sa.table("nowhere")))
    assert not is_absence(found.value)
    with pytest.raises(sa.exc.DBAPIError) as found:
        await database.fetch("SELECT * FROM nowhere", [])
    assert not is_absence(found.value)
