"""Writes the Python that makes views of a statement's rows: one loop, in which each value is converted where it stands."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from models.columns import Instant, QuickUUID
from models.drivers import Rows

V = TypeVar("V")
Reader = Callable[[Rows], list[Any]]

DOUBLE = (
    701  # PostgreSQL's number of the type; only for fractions is it asked, and we keep no others
)


@dataclass(frozen=True)
class Placed(Generic[V]):
    """Makes a view of a row's first columns, and a tuple of the rest."""

    view: Callable[..., V]
    width: int


def reader(
    view: Callable[..., Any] | Placed[Any] | None,
    columns: Sequence[sa.ColumnElement[Any]],
    dialect: Dialect,
    named: Sequence[str] | None = None,
) -> Reader:
    """Return what makes a list of rows a list of views; without a view a row is a tuple with names. `named` are the fields that
    the columns are for, if not all of them.
    """
    if not columns:  # a change that tells nothing
        return lambda rows: []
    names: dict[str, Any] = {
        "new": object.__new__,
        "fill": object.__setattr__,  # a frozen view's own refuses
        "from_timestamp": datetime.fromtimestamp,
        "UTC": UTC,
    }
    values = [_value(n, each.type, dialect, names) for n, each in enumerate(columns)]
    width = view.width if isinstance(view, Placed) else len(values)
    width = width if named is None else len(named)
    made = _made(view, columns, values[:width], names, named or names_of(view))
    rest = "".join(f"{each}, " for each in values[width:])
    lines = [
        "def read(rows):",
        "    views = []",
        f"    for {''.join(f'c{n}, ' for n in range(len(columns)))} in rows:",
        *(f"        {line}" for line in made),
        f"        views.append({f'(v, ({rest}))' if isinstance(view, Placed) else 'v'})",
        "    return views",
    ]
    exec(compile("\n".join(lines), "<rows to views>", "exec"), names)  # noqa: S102  # of names made here
    found: Reader = names["read"]
    return found


def _made(
    view: Callable[..., Any] | Placed[Any] | None,
    columns: Sequence[sa.ColumnElement[Any]],
    values: Sequence[str],
    names: dict[str, Any],
    named: Sequence[str],
) -> list[str]:
    """Return the lines that make `v`. A frozen view's own `__init__` sets field by field, which is slow."""
    names["View"] = class_of(view) or _row(columns)
    if not named:
        return [f"v = View({', '.join(values)})"]
    held = ", ".join(f"{name!r}: {value}" for name, value in zip(named, values, strict=False))
    return ["v = new(View)", f"fill(v, '__dict__', {{{held}}})"]


def class_of(view: Callable[..., Any] | Placed[Any] | None) -> Any:
    return view.view if isinstance(view, Placed) else view


def names_of(view: Callable[..., Any] | Placed[Any] | None) -> list[str]:
    """Return the fields of a view that is a dataclass; in a statement the last ones may be left out, which have defaults."""
    kind = class_of(view)
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _row(columns: Sequence[sa.ColumnElement[Any]]) -> type[tuple[Any, ...]]:
    names = [each.key or "" for each in columns]
    return namedtuple("Row", names, rename=True)  # the names are the statement's


def _value(place: int, kind: TypeEngine[Any], dialect: Dialect, names: dict[str, Any]) -> str:
    """Return the expression of a column's value."""
    convert = kind.dialect_impl(dialect).result_processor(dialect, DOUBLE)
    if convert is None:
        return f"c{place}"
    names[f"convert_{place}"] = _id if isinstance(kind, sa.Uuid) else convert
    converted = f"convert_{place}(c{place})"
    if isinstance(kind, Instant):
        at_once = f"from_timestamp(c{place}, UTC) if c{place}.__class__ is float"
        return f"({at_once} else {converted})"
    return converted


@lru_cache(maxsize=16_384)
def _id(text: str | None) -> UUID | None:
    """Return an id that SQLite holds as text; the same few are read again and again."""
    return QuickUUID(text) if text is not None else None
