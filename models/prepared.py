"""Statements that are built once: SQLAlchemy writes the SQL, the driver runs it.

    AGENTS_BY_ID = prepared(
        lambda asker, ids: AGENT.select().where(agent_visible(asker), among(agents.c.id, ids)), AgentView
    )
    found = await AGENTS_BY_ID.all(reads, actor, ids=ids)

The first time, the statement is built with a parameter in the place of each value, and compiled to text. After that
only the values go to the database. What decides about the statement itself (the asker's role and rights, and whatever
stands between the asker and the named values) is its shape: each shape has a text of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import cloned_traverse

from domain.actors import Actor
from models.drivers import Rows
from models.reading import Placed, class_of, names_of, reader

V = TypeVar("V")
Statement = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete
Converter = Callable[[Any], Any]
Arguments = Callable[..., list[Any]]

MOST_SHAPES = 256
OF_ASKER = ("id", "organization_id", "department_id", "conversation_id", "supervised")
NAMED = {f"asker_{name}": name for name in OF_ASKER}


class Fetching(Protocol):
    """Something that runs text on a driver's connection: the readers, a snapshot, or a unit of work."""

    @property
    def dialect(self) -> Dialect: ...

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows: ...


@dataclass(frozen=True)
class Text(Generic[V]):
    """A statement as a driver takes it. `arguments` makes what the driver gets of the named values and the asker. `changes`
    names the table that it writes to.
    """

    sql: str
    arguments: Arguments
    read: Callable[[Rows], list[V]]
    changes: str = ""


class Prepared(Generic[V]):
    """Each kind of asker, shape and choice of values has a text; the oldest goes when there are too many."""

    def __init__(
        self, build: Callable[..., Statement], view: Callable[..., V] | Placed[Any] | None
    ) -> None:
        self.build = build
        self.view = view
        self.seen = class_of(view)
        self.texts: dict[Hashable, Text[V]] = {}

    async def all(
        self, reads: Fetching, asker: Actor | None = None, *shape: Hashable, **values: Any
    ) -> list[V]:
        """Return the views of the rows: of what was selected, or returned by a change."""
        narrow = getattr(reads, "fields_of", None)
        fields = narrow(self.seen) if narrow else None
        text = self.text(reads.dialect, asker, shape, values, fields)
        return text.read(await reads.fetch(text.sql, text.arguments(values, asker)))

    async def first(
        self, reads: Fetching, asker: Actor | None = None, *shape: Hashable, **values: Any
    ) -> V | None:
        found = await self.all(reads, asker, *shape, **values)
        return found[0] if found else None

    def text(
        self,
        dialect: Dialect,
        asker: Actor | None,
        shape: Sequence[Hashable],
        named: Iterable[str],
        fields: frozenset[str] | None = None,
    ) -> Text[V]:
        """Return the statement for such an asker, shape, names and fields of the view; built the first time."""
        kind = asker and kind_of(asker)
        key = (dialect.name, kind, fields, *shape, *named)
        found = self.texts.get(key)
        if found is None:
            if len(self.texts) == MOST_SHAPES:
                del self.texts[next(iter(self.texts))]
            placeholders: dict[str, Any] = {name: sa.bindparam(name, None) for name in named}
            statement = self.build(asker and _anybody_like(asker), *shape, **placeholders)
            found = _text(statement, {*NAMED, *named}, dialect, self.view, fields)
            self.texts[key] = found
        return found


@overload
def prepared(build: Callable[..., Statement], view: Callable[..., V]) -> Prepared[V]: ...
@overload
def prepared(build: Callable[..., Statement], view: Placed[V]) -> Prepared[tuple[V, Any]]: ...
@overload
def prepared(build: Callable[..., Statement]) -> Prepared[Any]: ...
def prepared(build: Callable[..., Statement], view: Any = None) -> Prepared[Any]:
    """Declare a statement, by a function of the asker, the shape and the named values. Its columns are the fields of
    the view in their order, or what some other function takes; by itself a row is a tuple with names. A change tells
    its rows by RETURNING.
    """
    return Prepared(build, view)


def kind_of(asker: Actor) -> Hashable:
    """Return everything of an asker that decides about a statement itself."""
    bound = asker.conversation_id is not None
    return asker.kind, asker.role, asker.rights, asker.external, bound


def given(**values: Any) -> dict[str, Any]:
    """Return the values that there are: what nobody wants to be looked for by leaves the statement."""
    return {name: value for name, value in values.items() if value is not None}


def _anybody_like(asker: Actor) -> Actor:
    """Return an asker of the same kind with a parameter in the place of all that names one."""
    parameters: dict[str, Any] = {
        name: sa.bindparam(f"asker_{name}", None, sa.Uuid())
        for name in OF_ASKER
        if getattr(asker, name) is not None
    }
    return replace(asker, **parameters)


def _text(
    statement: Statement,
    named: Collection[str],
    dialect: Dialect,
    view: Any,
    fields: frozenset[str] | None,
) -> Text[V]:
    named_fields = None
    if fields is not None and isinstance(statement, sa.Select):
        statement, named_fields = _narrowed(statement, view, fields)
    compiled = _with_constants(statement, named).compile(dialect=dialect)
    expanded = compiled.construct_expanded_state()
    return Text(
        expanded.statement,
        _arguments(
            {name: _writing(compiled, name, dialect) for name in expanded.positiontup or ()},
            expanded.positiontup or (),
            {name: value for name, value in expanded.parameters.items() if name not in named},
        ),
        reader(view, list(statement.exported_columns), dialect, named_fields),
        str(statement.table) if isinstance(statement, sa.UpdateBase) else "",
    )


def _narrowed(
    statement: sa.Select[Any], view: Any, wanted: frozenset[str]
) -> tuple[sa.Select[Any], list[str]]:
    """Leave out the columns of fields that nobody looks at, and name the others; what comes after the view's own stays."""
    columns = list(statement.selected_columns)
    width = view.width if isinstance(view, Placed) else len(columns)
    names = names_of(view)[:width]
    kept = [column for column, name in zip(columns, names, strict=False) if name in wanted]
    narrow = statement.with_only_columns(*kept, *columns[width:], maintain_column_froms=True)
    return narrow, [name for name in names if name in wanted]


def _arguments(
    converters: Mapping[str, Converter | None],
    places: Sequence[str],
    constants: Mapping[str, Any],  # of the dialect's own: SQLite's OFFSET
) -> Arguments:
    """Write the Python that makes a statement's arguments, in one list."""
    names: dict[str, Any] = {}

    def value(place: int, name: str) -> str:
        names[f"constant_{place}"] = constants.get(name)
        names[f"convert_{place}"] = convert = converters[name]
        if name in constants:
            found = f"constant_{place}"
        else:
            found = f"asker.{NAMED[name]}" if name in NAMED else f"values[{name!r}]"
        return f"convert_{place}({found})" if convert else found

    written = ", ".join(value(place, name) for place, name in enumerate(places))
    exec(f"def arguments(values, asker=None):\n    return [{written}]", names)  # noqa: S102  # of names made here
    found: Arguments = names["arguments"]
    return found


def _with_constants(statement: Statement, named: Collection[str]) -> Statement:
    """Write into the SQL what is the same each time; a planner can use what it sees."""

    def write(parameter: BindParameter[Any]) -> None:
        parameter.literal_execute = parameter.key not in named

    return cloned_traverse(statement, {}, {"bindparam": write})


def _writing(compiled: SQLCompiler, name: str, dialect: Dialect) -> Converter | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
