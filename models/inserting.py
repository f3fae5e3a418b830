"""INSERT of whole rows: constant texts for each table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from models.given import parameters, size, source

Convert = Callable[[Any], Any]
Values = Sequence[Any]


@dataclass(frozen=True, eq=False)
class Insert:
    """How rows of one table are written: its beginning and the columns' types, and for each column what reads a row's value
    and what the driver wants of it.
    """

    table: str
    into: str
    kinds: Sequence[str]
    columns: Sequence[tuple[Callable[[Any], Any], Convert | None]]

    def by_row(self, rows: Sequence[object]) -> list[tuple[str, Values]]:
        """Return what SQLite runs: a statement for each row."""
        text = _one_on_sqlite(self)
        return [(text, row) for row in self.values(rows)]

    def at_once(self, rows: Sequence[object]) -> tuple[str, Values]:
        """Return what PostgreSQL runs: a statement for all rows."""
        return _all_on_postgresql(self, size(rows)), parameters(self.values(rows))

    def values(self, rows: Sequence[object]) -> list[Values]:
        columns = [
            [convert(read(row)) for row in rows] if convert else [read(row) for row in rows]
            for read, convert in self.columns
        ]
        return list(zip(*columns, strict=True))


@cache
def _one_on_sqlite(insert: Insert) -> str:
    return f"{insert.into} VALUES ({', '.join('?' for _ in insert.kinds)})"


@cache
def _all_on_postgresql(insert: Insert, size: int) -> str:
    return f"{insert.into} SELECT * FROM {source(insert.kinds, size)} AS given"  # noqa: S608  # names and types, no values


@cache
def insert_into(table: sa.Table, dialect: Dialect) -> Insert:
    """Return how to insert into a table."""
    name, quoted = (
        dialect.identifier_preparer.format_table(table),
        dialect.identifier_preparer.quote,
    )
    into = f"INSERT INTO {name} ({', '.join(quoted(c.name) for c in table.c)})"
    columns = [(attrgetter(c.name), converter(c, dialect)) for c in table.c]
    return Insert(table.name, into, [_kind(c, dialect) for c in table.c], columns)


def converter(column: sa.ColumnElement[Any], dialect: Dialect) -> Convert | None:
    """Return what makes a value of this column one for the driver; None where it takes the value as it is."""
    convert: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _kind(column: sa.ColumnElement[Any], dialect: Dialect) -> str:
    return str(dialect.type_compiler_instance.process(column.type))
