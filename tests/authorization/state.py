"""All rows of a database: to see that nothing happened, and to undo what did."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from models.database import Database

Rows = dict[str, list[tuple[Any, ...]]]

UNCOUNTED = {"audit_entry", "lease"}
TABLES = SQLModel.metadata.sorted_tables


async def dump(database: Database) -> Rows:
    async with database.snapshot() as frozen:
        return {
            t.name: sorted(map(tuple, await frozen.all(sa.select(t))), key=repr) for t in TABLES
        }


def happened(before: Rows, after: Rows) -> set[str]:
    """Return the tables that differ; refusals are audited and leases renewed at any time."""
    return {name for name in before if before[name] != after[name]} - UNCOUNTED


async def restore(database: Database, rows: Rows) -> None:
    async with database.writing() as connection:
        for table in reversed(TABLES):
            await connection.execute(sa.delete(table))
        for table in TABLES:
            columns = [column.name for column in table.columns]
            values = [dict(zip(columns, row, strict=True)) for row in rows[table.name]]
            if values:
                await connection.execute(sa.insert(table), values)
