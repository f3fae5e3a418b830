"""Column types that mean the same on SQLite and PostgreSQL, and the database's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import Enum, IntEnum
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
import sqlalchemy as sa
from asyncpg.pgproto import pgproto
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from domain.conversations import ConversationClass

# A UUID like any other, as asyncpg reads them: several times as fast as Python's own to make, to look up and to write.
QuickUUID = pgproto.UUID
HEX = attrgetter("hex")  # what SQLAlchemy makes of an id for SQLite, without a function for each


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` on PostgreSQL, seconds since 1970 on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind: Any = sa.Double() if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return value.timestamp() if value and dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _moment if dialect.name == "sqlite" else None


def _moment(value: Any) -> Any:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, float | int) else value


class Choice(TypeDecorator[Any]):
    """An enum's member by its name, as text."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:
        return value.name if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        members: dict[Any, Any] = {None: None, **self.kind.__members__}
        return members.__getitem__


class Rank(TypeDecorator[Any]):
    """An ordered enum as a small integer, so that SQL can compare it."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        return int(value) if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        members: dict[Any, Any] = {None: None, **{int(member): member for member in self.kind}}
        return members.__getitem__


class ChoiceSet(TypeDecorator[frozenset[Enum]]):
    """Several members of one enum, their names joined by commas in the enum's order."""

    impl = sa.String(200)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Iterable[Enum] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(m.name for m in self.kind if m in set(value))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        @cache
        def members(names: str | None) -> frozenset[Enum] | None:
            return None if names is None else frozenset(self.kind[n] for n in names.split(",") if n)

        return members


class Words(TypeDecorator[tuple[str, ...]]):
    """Several words or phrases, one a line."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else "\n".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.splitlines())


class Several(TypeDecorator[Sequence[Any]]):
    """Values of one kind as ONE parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.String
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind: Any = (
            sa.String() if dialect.name == "sqlite" else postgresql.ARRAY(self.kind, dimensions=1)
        )
        return dialect.type_descriptor(kind)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        convert: Any = self.kind.dialect_impl(dialect).bind_processor(dialect)
        if convert and isinstance(self.kind, sa.Uuid):
            convert = HEX

        def listed(values: Iterable[Any]) -> list[Any]:
            return list(map(convert, values) if convert else values)

        def written(values: Iterable[Any]) -> str:
            return orjson.dumps(listed(values)).decode()

        write = written if dialect.name == "sqlite" else listed
        return lambda values: None if values is None else write(values)


class among(FunctionElement[bool]):  # noqa: N801  # reads as the SQL function it is
    """Whether a column holds one of several values. Unlike `IN`, it is the same SQL for any number of them."""

    type = sa.Boolean()
    inherit_cache = True
    name = "among"

    def __init__(self, column: ColumnElement[Any], values: Any) -> None:
        kind = Several(column.type)
        named = isinstance(values, BindParameter)
        super().__init__(
            column, sa.bindparam(values.key, None, kind) if named else sa.literal(values, kind)
        )

    def self_group(self, against: Any = None) -> Any:
        return self  # a condition as it is: compared with 1, as SQLite gets it else, no index would be used


@compiles(among, "postgresql")
def _postgresql_among(element: among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(among, "sqlite")
def _sqlite_among(element: among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # both are compiled


class checked(FunctionElement[bool]):  # noqa: N801  # reads as the SQL function it is
    """A condition on rows that their ids find: SQLite would think any index that it may use better than a list of ids."""

    type = sa.Boolean()
    inherit_cache = True
    name = "checked"

    def self_group(self, against: Any = None) -> Any:
        return self


@compiles(checked)
def _checked(element: checked, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


@compiles(checked, "sqlite")
def _sqlite_checked(element: checked, compiler: Any, **options: Any) -> str:
    return f"+({compiler.process(element.clauses, **options)})"


ESCAPE = "/"


def containing(text: str) -> str:
    """Return the pattern of LIKE for what has this text somewhere in it."""
    for each in (ESCAPE, "%", "_"):
        text = text.replace(each, ESCAPE + each)
    return f"%{text}%"


class database_now(FunctionElement[datetime]):  # noqa: N801  # reads as the SQL function it is
    """The database's clock at this statement, not at the start of the transaction."""

    type = Instant()
    inherit_cache = True
    name = "database_now"


@compiles(database_now, "postgresql")
def _postgresql_now(element: database_now, compiler: Any, **options: Any) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _sqlite_now(element: database_now, compiler: Any, **options: Any) -> str:
    # unixepoch('subsec') would need SQLite 3.42; this holds milliseconds on every version.
    return "round((julianday('now') - 2440587.5) * 86400.0, 3)"


class seconds_ago(FunctionElement[datetime]):  # noqa: N801  # reads as the SQL function it is
    """The database's clock some seconds ago."""

    type = Instant()
    inherit_cache = True
    name = "seconds_ago"

    def __init__(self, seconds: float) -> None:
        super().__init__(sa.literal(float(seconds), sa.Double()))


@compiles(seconds_ago, "postgresql")
def _postgresql_ago(element: seconds_ago, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() - make_interval(secs => {seconds}))"


@compiles(seconds_ago, "sqlite")
def _sqlite_ago(element: seconds_ago, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"({_sqlite_now(database_now(), compiler)} - {seconds})"


def instant(*, nullable: bool = False) -> Any:
    return Field(sa_column=sa.Column(Instant, nullable=nullable), **_default(nullable))


def choice(kind: type[Enum], *, nullable: bool = False) -> Any:
    return Field(sa_column=sa.Column(Choice(kind), nullable=nullable), **_default(nullable))


def rank(kind: type[IntEnum], *, nullable: bool = False) -> Any:
    return Field(sa_column=sa.Column(Rank(kind), nullable=nullable), **_default(nullable))


def classes() -> Any:
    return Field(sa_column=sa.Column(ChoiceSet(ConversationClass), nullable=False))


def _default(nullable: bool) -> dict[str, Any]:
    return {"default": None} if nullable else {}


def table(model: type[SQLModel]) -> sa.Table:
    """Return the model's table: what statements are written over."""
    found: sa.Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it, untyped
    return found
