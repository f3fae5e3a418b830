"""Keyset pages: of one list, or of the same list for many parents in one statement."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.errors import BadUserInput
from models.columns import Instant
from models.database import Query, Reads
from models.shapes import Shape

V = TypeVar("V")

DEFAULT_SIZE = 20
LARGEST = 100


@dataclass(frozen=True)
class PageRequest:
    """`size` items after (or, backward, before) the place that `cursor` names."""

    size: int = DEFAULT_SIZE
    cursor: str | None = None
    backward: bool = False
    count: bool = False


@dataclass(frozen=True)
class EdgeView(Generic[V]):
    node: V
    cursor: str


@dataclass(frozen=True)
class PageInfoView:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class PageView(Generic[V]):
    edges: Sequence[EdgeView[V]]
    page_info: PageInfoView
    total_count: int | None

    @property
    def nodes(self) -> list[V]:
        return [edge.node for edge in self.edges]

    def map(self, change: Callable[[V], V]) -> PageView[V]:
        edges = [EdgeView(change(edge.node), edge.cursor) for edge in self.edges]
        return PageView(edges, self.page_info, self.total_count)


@dataclass(frozen=True)
class Order:
    """Sort keys, the last of which is unique; all in one direction."""

    keys: Sequence[sa.ColumnElement[Any]]
    descending: bool = False


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


async def read_page(
    reads: Reads, shape: Shape[V], statement: Query, order: Order, request: PageRequest
) -> PageView[V]:
    """Read one page of `statement`, which selects the shape's columns."""
    ordered = _ordered(_after(statement, order, request), order, request)
    rows = await reads.all(ordered.add_columns(*order.keys).limit(request.size + 1))
    total = await _count(reads, statement) if request.count else None
    return _page(shape, rows, len(order.keys), request, total)


async def read_pages(
    reads: Reads,
    shape: Shape[V],
    statement: Query,
    parent: sa.ColumnElement[UUID],
    parents: Sequence[UUID],
    order: Order,
    request: PageRequest,
) -> Mapping[UUID, PageView[V]]:
    """Read the same page for each parent, one statement for all."""
    theirs = statement.where(parent.in_(parents))
    place = sa.func.row_number().over(partition_by=parent, order_by=_directions(order, request))
    keys = [key.label(f"key_{n}") for n, key in enumerate(order.keys)]
    ranked = _after(theirs, order, request).add_columns(
        *keys, parent.label("parent"), place.label("place")
    )
    all_ranked = ranked.subquery()
    wanted = (
        sa.select(all_ranked)
        .where(all_ranked.c.place <= request.size + 1)
        .order_by(all_ranked.c.place)
    )
    rows = await reads.all(wanted)
    totals = await _counts(reads, theirs, parent) if request.count else {}
    return {
        each: _page(
            shape,
            [row for row in rows if row.parent == each],
            len(keys),
            request,
            totals.get(each, 0) if request.count else None,
        )
        for each in parents
    }


async def _count(reads: Reads, statement: Query) -> int:
    counted: Query = sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
    total: int = (await reads.all(counted))[0][0]
    return total


async def _counts(
    reads: Reads, statement: Query, parent: sa.ColumnElement[UUID]
) -> dict[UUID, int]:
    counted: Query = statement.with_only_columns(parent, sa.func.count()).group_by(parent)
    return {row[0]: row[1] for row in await reads.all(counted)}


def _page(
    shape: Shape[V], rows: Sequence[Any], keys: int, request: PageRequest, total: int | None
) -> PageView[V]:
    width = len(shape.columns)
    kept = rows[: request.size]
    edges = [EdgeView(shape.read(row), _cursor(row[width : width + keys])) for row in kept]
    if request.backward:
        edges.reverse()
    more, behind = len(rows) > request.size, request.cursor is not None
    info = PageInfoView(
        has_next_page=behind if request.backward else more,
        has_previous_page=more if request.backward else behind,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return PageView(edges, info, total)


def _after(statement: Query, order: Order, request: PageRequest) -> Query:
    if request.cursor is None:
        return statement
    place = _place(request.cursor, order)
    values = [sa.literal(value, key.type) for key, value in zip(order.keys, place, strict=True)]
    keys, bound = sa.tuple_(*order.keys), sa.tuple_(*values)
    return statement.where(keys < bound if order.descending != request.backward else keys > bound)


def _directions(order: Order, request: PageRequest) -> list[sa.ColumnElement[Any]]:
    descending = order.descending != request.backward
    return [key.desc() if descending else key.asc() for key in order.keys]


def _ordered(statement: Query, order: Order, request: PageRequest) -> Query:
    return statement.order_by(*_directions(order, request))


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
