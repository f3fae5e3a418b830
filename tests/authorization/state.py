"""All rows of a database: to see that nothing happened, and to undo what did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from models.database import Database

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]

TABLES = SQLModel.metadata.sorted_tables
AUDIT = {"audit_entry", "audit_chain"}
UNCOUNTED = {*AUDIT, "lease"}


async def dump(database: Database) -> Rows:
    """Return every row of every table by its key."""
    found: Rows = {}
    async with database.snapshot() as frozen:
        for table in TABLES:
            rows = [dict(row._mapping) for row in await frozen.all(sa.select(table))]
            names = [column.name for column in table.primary_key]
            found[table.name] = {tuple(row[name] for name in names): row for row in rows}
    return found


def happened(before: Rows, after: Rows) -> set[str]:
    """Return the tables that differ; refusals are audited and leases renewed at any time."""
    return {name for name in before if before[name] != after[name]} - UNCOUNTED


async def restore(database: Database, wanted: Rows, found: Rows) -> None:
    """Undo what happened between two dumps, row by row; the audit keeps all of it."""
    async with database.writing() as connection:
        for statement in _undoing(wanted, found):
            await connection.execute(statement)


def _undoing(wanted: Rows, found: Rows) -> Iterator[Any]:
    undone = [table for table in TABLES if table.name not in AUDIT]
    for table in reversed(undone):
        for key in found[table.name].keys() - wanted[table.name].keys():
            yield sa.delete(table).where(_by(table, key))
    for table in undone:
        for key, row in wanted[table.name].items():
            now = found[table.name].get(key)
            if now is None:
                yield sa.insert(table).values(row)
            elif now != row:
                yield sa.update(table).where(_by(table, key)).values(row)


def _by(table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
    return sa.and_(*(c == value for c, value in zip(table.primary_key, key, strict=True)))
