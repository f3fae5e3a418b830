"""The sequences of new events: each stream's head moves on, and the events take the numbers up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from domain.actors import ActorKind
from domain.cursors import Cursor, digest_of
from domain.events import Event
from domain.streams import Stream
from models.facts import to_json
from models.given import parameters, places, size, source
from models.log import events
from models.transactions import Transaction

EVENT = ("uuid", "integer", "uuid", "varchar", "varchar", "varchar", "uuid")
COUNT = ("uuid", "integer")


@cache
def _numbered(events: int, streams: int) -> str:
    """Return the one statement of PostgreSQL for so many events of so many streams. Streams are locked in the order of their
    ids; `behind` are the later events of the same stream.
    """
    news = source(EVENT, events, after=1)
    more = source(COUNT, streams, after=1 + places(EVENT, events))
    return f"""WITH news AS (
 SELECT * FROM {news} AS news (stream_id, behind, event_id, type, payload, actor_kind, actor_id)
), held AS (
 SELECT stream.id, more.events FROM stream JOIN {more} AS more (id, events) USING (id)
 ORDER BY stream.id FOR UPDATE OF stream
), counted AS (
 UPDATE stream SET head = head + held.events FROM held WHERE stream.id = held.id
 RETURNING stream.id, stream.head, stream.epoch
), written AS (
 INSERT INTO event (stream_id, seq, event_id, type, payload, actor_kind, actor_id, occurred_at)
 SELECT id, head - behind, event_id, type, payload, actor_kind, actor_id, $1::timestamptz
 FROM news JOIN counted ON id = stream_id
) SELECT id, head, epoch FROM counted"""  # noqa: S608  # places of parameters and types, no values


# SQLite, for each stream.
COUNTED = "UPDATE stream SET head = head + ? WHERE id = ? RETURNING head, epoch"


@dataclass(frozen=True)
class Author:
    """Who causes the events of a transaction. The system's id is of whoever brought about what it does; None for the clock."""

    kind: ActorKind
    id: UUID | None = None


@dataclass(frozen=True)
class Recorded:
    stream: Stream
    event_id: UUID
    event: Event
    author: Author


News = Mapping[Stream, Sequence[Recorded]]
Heads = Mapping[UUID, tuple[int, UUID]]


@dataclass(frozen=True)
class _Event:
    """A row of the log."""

    stream_id: UUID
    seq: int
    event_id: UUID
    type: str
    payload: str
    actor_kind: ActorKind
    actor_id: UUID | None
    occurred_at: datetime


async def number(
    work: Transaction, recorded: Sequence[Recorded], now: datetime
) -> dict[Stream, Cursor]:
    """Write the events with the next sequences of their streams, and return where each stream stands now."""
    news = of_streams(recorded)
    count = _count_on_sqlite if work.is_sqlite else _count_on_postgresql
    heads = await count(work, news, now)
    assert len(heads) == len(news), "a stream is opened before anything happens in it"
    return cursors_of(news, heads)


def of_streams(recorded: Sequence[Recorded]) -> News:
    news: dict[Stream, list[Recorded]] = {}
    for each in recorded:
        news.setdefault(each.stream, []).append(each)
    return news


def cursors_of(news: News, heads: Heads) -> dict[Stream, Cursor]:
    return {
        stream: Cursor(stream.id, head, digest_of(theirs[-1].event_id), epoch)
        for stream, theirs in news.items()
        for head, epoch in [heads[stream.id]]
    }


async def _count_on_postgresql(work: Transaction, news: News, now: datetime) -> Heads:
    rows = [
        (
            each.stream.id,
            len(theirs) - place,
            each.event_id,
            type(each.event).__name__,
            to_json(each.event),
            each.author.kind.name,
            each.author.id,
        )
        for theirs in news.values()
        for place, each in enumerate(theirs, 1)
    ]
    counts = [(stream.id, len(theirs)) for stream, theirs in news.items()]
    text = _numbered(size(rows), size(counts))
    found = await work.together(text, [now, *parameters(rows), *parameters(counts)])
    return {id_: (head, epoch) for id_, head, epoch in found}


async def _count_on_sqlite(work: Transaction, news: News, now: datetime) -> Heads:
    moved = [(COUNTED, (len(theirs), stream.id.hex)) for stream, theirs in news.items()]
    found = zip(news, await work.in_turn(moved), strict=True)
    heads = {stream.id: (rows[0][0], UUID(rows[0][1])) for stream, rows in found if rows}
    await work.insert(events, rows_of(news, heads, now))
    return heads


def rows_of(news: News, heads: Heads, now: datetime) -> list[object]:
    """Return the rows of the log: the last of each stream has the number that its head came to."""
    return [
        _row(each, heads[stream.id][0] - len(theirs) + place, now)
        for stream, theirs in news.items()
        if stream.id in heads
        for place, each in enumerate(theirs, 1)
    ]


def _row(each: Recorded, seq: int, now: datetime) -> _Event:
    return _Event(
        each.stream.id,
        seq,
        each.event_id,
        type(each.event).__name__,
        to_json(each.event),
        each.author.kind,
        each.author.id,
        now,
    )
