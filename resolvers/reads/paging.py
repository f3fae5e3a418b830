"""Keyset pages: of one list, or of the same list for many parents in one statement."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor
from domain.errors import BadUserInput
from models.columns import Instant, among
from models.database import Query, Reads
from models.prepared import prepared
from models.reading import Placed
from models.shapes import Shape, grouped

V = TypeVar("V")
Select = Callable[..., Query]

DEFAULT_SIZE = 20
LARGEST = 100


@dataclass(frozen=True)
class PageRequest:
    """`size` items after (or, backward, before) the place that `cursor` names."""

    size: int = DEFAULT_SIZE
    cursor: str | None = None
    backward: bool = False
    count: bool = False


Place = Sequence[Any]  # the sort keys of a row


@dataclass(frozen=True)
class EdgeView(Generic[V]):
    node: V
    place: Place

    @property
    def cursor(self) -> str:
        return _cursor(self.place)


@dataclass(frozen=True)
class PageInfoView:
    has_next_page: bool
    has_previous_page: bool
    start: Place | None
    end: Place | None

    @property
    def start_cursor(self) -> str | None:
        return _cursor(self.start) if self.start else None

    @property
    def end_cursor(self) -> str | None:
        return _cursor(self.end) if self.end else None


@dataclass(frozen=True)
class PageView(Generic[V]):
    """A cursor is made when it is asked for; the places that it is made of are known."""

    nodes: Sequence[V]
    places: Sequence[Place]
    page_info: PageInfoView
    total_count: int | None

    @property
    def edges(self) -> list[EdgeView[V]]:
        return list(map(EdgeView, self.nodes, self.places))

    def map(self, change: Callable[[V], V]) -> PageView[V]:
        return replace(self, nodes=list(map(change, self.nodes)))


@dataclass(frozen=True)
class Order:
    """Sort keys, the last of which is unique; all in one direction."""

    keys: tuple[sa.ColumnElement[Any], ...]
    descending: bool = False

    def places(self, cursor: str | None) -> dict[str, Any]:
        """Return the values of the keys that a cursor names, each by a name of its own."""
        values = _place(cursor, self) if cursor is not None else ()
        return {f"key_{n}": value for n, value in enumerate(values)}


def page_request(
    first: int | None, after: str | None, last: int | None, before: str | None, count: bool
) -> PageRequest:
    """Return the request, or fail on sizes beyond the limit and on both directions at once."""
    backward = last is not None or before is not None
    if backward and (first is not None or after is not None):
        raise BadUserInput("Page forward with first and after, or backward with last and before.")
    size = last if backward else first
    size = DEFAULT_SIZE if size is None else size
    if not 0 <= size <= LARGEST:
        raise BadUserInput(f"A page holds 0 to {LARGEST} items; {size} were asked for.")
    return PageRequest(size, before if backward else after, backward, count)


class Listing(Generic[V]):
    """A list that is read page by page.

    `select` returns for an asker what is in it; whatever it takes beside the asker is the shape and the named values of
    a prepared statement. `parent` says to whom a row belongs, where many have a list each.
    """

    def __init__(
        self, shape: Shape[V], select: Select, parent: sa.ColumnElement[UUID] | None = None
    ) -> None:
        self.select = select
        self.parent: Any = parent
        placed = Placed(shape.view, len(shape.columns))
        self.rows = prepared(self._rows, placed)
        self.ranked = prepared(self._ranked, placed)
        self.count = prepared(self._count)
        self.counts = prepared(self._counts)

    async def page(
        self,
        reads: Reads,
        asker: Actor,
        order: Order,
        request: PageRequest,
        *shape: Hashable,
        **values: Any,
    ) -> PageView[V]:
        rows = await self.rows.all(
            reads,
            asker,
            order,
            request.backward,
            *shape,
            size=request.size + 1,
            **order.places(request.cursor),
            **values,
        )
        total = await self.count.first(reads, asker, *shape, **values) if request.count else None
        return _page(rows, request, total and total[0])

    async def pages(
        self,
        reads: Reads,
        asker: Actor,
        parents: Sequence[UUID],
        order: Order,
        request: PageRequest,
        *shape: Hashable,
        **values: Any,
    ) -> Mapping[UUID, PageView[V]]:
        """Read the same page for each parent, one statement for all."""
        if len(parents) == 1:  # needs no numbering
            (parent,) = parents
            page = await self.page(reads, asker, order, request, *shape, parent=parent, **values)
            return {parent: page}
        values["parents"] = parents
        size, places = request.size + 1, order.places(request.cursor)
        rows = await self.ranked.all(
            reads, asker, order, request.backward, *shape, size=size, **places, **values
        )
        counts = await self.counts.all(reads, asker, *shape, **values) if request.count else ()
        totals = dict(counts)
        theirs = grouped(rows, lambda row: row[1][-2], parents)
        return {
            each: _page(theirs[each], request, totals.get(each, 0) if request.count else None)
            for each in parents
        }

    def _selected(
        self, asker: Actor, *shape: Any, parent: Any = None, parents: Any = None, **values: Any
    ) -> Query:
        found = self.select(asker, *shape, **values)
        if parent is not None:
            found = found.where(self.parent == parent)
        return found if parents is None else found.where(among(self.parent, parents))

    def _onward(
        self, asker: Actor, order: Order, backward: bool, *shape: Any, **values: Any
    ) -> Query:
        """Return what follows a place, with the keys of the order."""
        after = [values.pop(name) for name in sorted(values) if name.startswith("key_")]
        found = self._selected(asker, *shape, **values)
        if after:
            typed = [sa.type_coerce(a, key.type) for a, key in zip(after, order.keys, strict=True)]
            keys, place = sa.tuple_(*order.keys), sa.tuple_(*typed)
            found = found.where(keys < place if order.descending != backward else keys > place)
        return found.add_columns(*(key.label(f"key_{n}") for n, key in enumerate(order.keys)))

    def _rows(
        self, asker: Actor, order: Order, backward: bool, *shape: Any, size: Any, **values: Any
    ) -> Query:
        found = self._onward(asker, order, backward, *shape, **values)
        return found.order_by(*_directions(order, backward)).limit(size)

    def _ranked(
        self, asker: Actor, order: Order, backward: bool, *shape: Any, size: Any, **values: Any
    ) -> Query:
        numbered = sa.func.row_number().over(
            partition_by=self.parent, order_by=_directions(order, backward)
        )
        found = self._onward(asker, order, backward, *shape, **values)
        numbers = found.add_columns(self.parent.label("parent"), numbered.label("number"))
        ranked = numbers.subquery()
        return sa.select(ranked).where(ranked.c.number <= size).order_by(ranked.c.number)

    def _count(self, asker: Actor, *shape: Any, **values: Any) -> Query:
        """Count without the columns: what tells the time in them would be computed for every row."""
        found = self._selected(asker, *shape, **values).order_by(None)
        return found.with_only_columns(sa.func.count(), maintain_column_froms=True)

    def _counts(self, asker: Actor, *shape: Any, **values: Any) -> Query:
        found = self._selected(asker, *shape, **values)
        return found.with_only_columns(self.parent, sa.func.count()).group_by(self.parent)


def _page(rows: Sequence[tuple[V, Place]], request: PageRequest, total: int | None) -> PageView[V]:
    kept = rows[: request.size]
    if request.backward:
        kept = kept[::-1]
    nodes, places = [row[0] for row in kept], [row[1] for row in kept]
    more, behind = len(rows) > request.size, request.cursor is not None
    info = PageInfoView(
        has_next_page=behind if request.backward else more,
        has_previous_page=more if request.backward else behind,
        start=places[0] if places else None,
        end=places[-1] if places else None,
    )
    return PageView(nodes, places, info, total)


def _directions(order: Order, backward: bool) -> list[sa.ColumnElement[Any]]:
    descending = order.descending != backward
    return [key.desc() if descending else key.asc() for key in order.keys]


def _cursor(values: Sequence[Any]) -> str:
    keys = orjson.dumps(list(values), default=str)  # asyncpg has a UUID type of its own
    return urlsafe_b64encode(keys).rstrip(b"=").decode()


def _place(cursor: str, order: Order) -> list[Any]:
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(key, text) for key, text in zip(order.keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise BadUserInput("This cursor does not belong to this list.") from error


def _value(key: sa.ColumnElement[Any], value: Any) -> Any:
    """Return a cursor's value as the key's type, or raise ValueError or TypeError."""
    if isinstance(key.type, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(key.type, sa.Integer):
        if type(value) is int and abs(value) < 2**31:
            return value
    elif type(value) is str and "\x00" not in value:
        return UUID(value) if isinstance(key.type, sa.Uuid) else value
    raise ValueError(value)
