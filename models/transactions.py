"""One transaction on the driver's own connection. What nobody waits for is kept back and written together."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Hashable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from models.columns import table
from models.drivers import Rows, announce
from models.inserting import Insert, insert_into
from models.prepared import Prepared
from models.writers import Writer

Returning = sa.Select[*tuple[Any, ...]] | sa.UpdateBase
Statement = tuple[str, Sequence[Any]]
PLACE = re.compile(r"\$(\d+)")


@dataclass
class Kept:
    """A statement that nobody waits for: an INSERT of rows, or a text with its arguments."""

    table: str
    text: str = ""
    arguments: Sequence[Any] = ()
    insert: Insert | None = None
    rows: list[object] = field(default_factory=list)

    def each(self) -> list[Statement]:
        """Return what SQLite runs: one statement for each row."""
        return self.insert.by_row(self.rows) if self.insert else [(self.text, self.arguments)]

    def at_once(self) -> Statement:
        """Return what PostgreSQL runs."""
        return self.insert.at_once(self.rows) if self.insert else (self.text, self.arguments)


class Transaction:
    """An open transaction, in which one statement runs at a time.

    Rows to insert, and changes whose outcome nobody waits for, are kept until something is read or the transaction ends.
    PostgreSQL then takes them in one statement, SQLite one after another. Within one statement they do not see
    each other: what would change the same table twice waits for the first.
    """

    def __init__(self, writer: Writer, told: AsyncEngine) -> None:
        self.writer = writer
        self.told = told.sync_engine
        self.dialect: Dialect = told.dialect
        self.is_sqlite = self.dialect.name == "sqlite"
        self.kept: dict[str, Kept] = {}

    async def all(self, statement: Returning) -> Rows:
        """Run a statement and return its rows, those of a RETURNING among them."""
        await self.flush()
        rows: Rows = (await self.writer.connection.execute(statement)).all()
        return rows

    async def change(self, statement: sa.UpdateBase) -> int:
        """Run a conditional statement; the number of rows it changed says who won."""
        await self.flush()
        return (await self.writer.connection.execute(statement)).rowcount

    async def first(self, statement: Returning) -> Any:
        """Run a statement and return its first row, or None."""
        rows = await self.all(statement)
        return rows[0] if rows else None

    async def insert_unless_there(
        self, into: sa.Table, values: dict[str, Any] | list[dict[str, Any]]
    ) -> bool:
        """Insert rows unless their keys exist already; wait for a rival who is inserting them. Tell if one was new."""
        insert: Any = sqlite.insert if self.is_sqlite else postgresql.insert
        return await self.change(insert(into).values(values).on_conflict_do_nothing()) == 1

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        """Run a text and return its rows."""
        await self.flush()
        return await self._run(text, arguments)

    async def add(self, row: SQLModel) -> None:
        await self.add_all([row])

    async def add_all(self, rows: Sequence[SQLModel]) -> None:
        """Insert rows of one table."""
        if rows:
            await self.insert(table(type(rows[0])), rows)

    async def insert(self, into: sa.Table, rows: Sequence[object]) -> None:
        """Insert rows that are any objects with the table's columns for attributes."""
        insert = insert_into(into, self.dialect)
        await self._keep(Kept(insert.table, insert=insert, rows=list(rows)))

    async def later(self, change: Prepared[Any], *shape: Hashable, **values: Any) -> None:
        """Run a change whose outcome nobody waits for, of rows that are locked already or by the conversation's lock.

        When it runs within its statement is not said, so it must not wait for anybody.
        """
        text = change.text(self.dialect, None, shape, values)
        await self._keep(Kept(text.changes, text.sql, text.arguments(values)))

    async def decide(self, change: Prepared[Any], *shape: Hashable, **values: Any) -> list[Any]:
        """Run a conditional change with what was kept back; the rows it returns say who won. It looks at its own table only."""
        text = change.text(self.dialect, None, shape, values)
        if text.changes in self.kept:
            await self.flush()
        ready = text.sql, text.arguments(values)
        rows = (await self.in_turn([ready]))[0] if self.is_sqlite else await self.together(*ready)
        return text.read(rows)

    async def _keep(self, new: Kept) -> None:
        before = self.kept.get(new.table)
        if before and before.insert and new.insert:
            before.rows += new.rows
        else:
            if before:
                await self.flush()
            self.kept[new.table] = new

    async def flush(self) -> None:
        """Write what was kept back."""
        if self.kept:
            kept = self._taken()
            if self.is_sqlite:
                await self._run_each([each for one in kept for each in one.each()])
            else:
                await self._run(*composed(kept))

    async def together(self, text: str, arguments: Sequence[Any]) -> Rows:
        """Write what was kept back in one statement of PostgreSQL with this, and return the rows of this."""
        return await self._run(*composed(self._taken(), text, arguments))

    async def in_turn(self, statements: Sequence[Statement]) -> list[Rows]:
        """Write what was kept back and run several texts on SQLite, one after another."""
        kept = [each for one in self._taken() for each in one.each()]
        return (await self._run_each([*kept, *statements]))[len(kept) :]

    def _taken(self) -> list[Kept]:
        kept, self.kept = list(self.kept.values()), {}
        return kept

    async def _run(self, text: str, arguments: Sequence[Any] = ()) -> Rows:
        announce(self.told, text, arguments)
        return await self.writer.run(text, arguments)

    async def _run_each(self, statements: Sequence[Statement]) -> list[Rows]:
        for text in dict.fromkeys(text for text, _ in statements):
            announce(self.told, text, ())
        return [await self.writer.run(*each) for each in statements]

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Commit in the end, unless something is raised."""
        try:
            await self.writer.begin()
            yield
            await self.flush()
            await self.writer.commit()
        except BaseException:
            await self._undo()
            raise

    async def _undo(self) -> None:
        """Take back what was written. A connection on which that fails is given up, and the database does it."""
        with suppress(Exception):
            await self.writer.undo()

    @asynccontextmanager
    async def attempt(self) -> AsyncGenerator[None]:
        """Undo what is written in this block, and that alone, when something is raised in it."""
        await self.fetch("SAVEPOINT attempt", ())
        try:
            yield
            await self.flush()
        except BaseException:
            self.kept = {}
            await self._run("ROLLBACK TO attempt")
            raise
        finally:
            await self._run("RELEASE attempt")


def composed(
    kept: Sequence[Kept], last: str = "SELECT 1", given: Sequence[Any] = ()
) -> tuple[str, list[Any]]:
    """Return one statement of PostgreSQL for several, with `last` for its end, and all arguments."""
    texts, arguments = [], list(given)
    for text, values in map(Kept.at_once, kept):
        texts.append(text)
        arguments += values
    return _composed(tuple(texts), last, len(given)), arguments


@cache
def _composed(texts: Sequence[str], last: str, taken: int) -> str:
    parts = []
    for number, text in enumerate(texts):
        parts.append(f"kept_{number} AS ({_shifted(text, taken)})")
        taken += max((int(place) for place in PLACE.findall(text)), default=0)
    if not parts:
        return last
    rest = f", {last[5:]}" if last.startswith("WITH ") else f" {last}"
    return f"WITH {', '.join(parts)}{rest}"


def _shifted(text: str, by: int) -> str:
    return PLACE.sub(lambda found: f"${int(found[1]) + by}", text)
