"""INSERT of whole rows: one constant text for each table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

Convert = Callable[[Any], Any]
Row = Sequence[Any]


@dataclass(frozen=True)
class Insert:
    """How rows of one table are written: the text, and for each column what reads a row's value and what the driver
    wants of it.
    """

    table: str
    text: str
    columns: Sequence[tuple[Callable[[Any], Any], Convert | None]]

    def arrays(self, rows: Sequence[object]) -> list[list[Any]]:
        """Return the values of each column."""
        return [
            [convert(read(row)) for row in rows] if convert else [read(row) for row in rows]
            for read, convert in self.columns
        ]


@cache
def insert_into(table: sa.Table, dialect: Dialect) -> Insert:
    """Return how to insert into a table: on PostgreSQL from an array for each column, on SQLite row by row."""
    name, quoted = (
        dialect.identifier_preparer.format_table(table),
        dialect.identifier_preparer.quote,
    )
    into = f"INSERT INTO {name} ({', '.join(quoted(c.name) for c in table.c)})"
    if dialect.name == "sqlite":
        text = f"{into} VALUES ({', '.join('?' for _ in table.c)})"
    else:
        arrays = ", ".join(f"${n}::{_kind(c, dialect)}[]" for n, c in enumerate(table.c, 1))
        text = f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608  # names of columns and types, no values
    return Insert(table.name, text, [(attrgetter(c.name), converter(c, dialect)) for c in table.c])


def converter(column: sa.ColumnElement[Any], dialect: Dialect) -> Convert | None:
    """Return what makes a value of this column one for the driver; None where it takes the value as it is."""
    convert: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _kind(column: sa.ColumnElement[Any], dialect: Dialect) -> str:
    return str(dialect.type_compiler_instance.process(column.type))
