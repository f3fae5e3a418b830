"""Following a stream: catch up, then live, in one loop, with the reader's right in every read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
import structlog

from domain.actors import Actor
from domain.conversations import ConversationStatus
from domain.cursors import Cursor, digest_of
from domain.errors import BadUserInput, CursorExpired, Forbidden, HistoryChanged, NotFoundAtTop
from domain.events import Stream, StreamKind, conversation_stream
from models.agents import agents
from models.conversations import conversations
from models.database import Database
from models.log import events, streams
from models.stored import STORED, StoredEvent
from models.visibility import stands_in
from subscriptions.hub import Hub

PAGE = 200
IDLE_SECONDS = 30.0
RETRY_SECONDS = 0.5
RETRIES = 40
AWAY = (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError)  # as the drivers tell that they cannot

log = structlog.get_logger()


@dataclass(frozen=True)
class Page:
    """What one read found: where the stream stands, and its events from the cursor's own onward."""

    allowed: bool
    over: bool
    head: int
    pruned: int
    pruned_digest: bytes
    epoch: UUID
    events: Sequence[StoredEvent]

    def after(self, cursor: Cursor) -> list[StoredEvent]:
        """Return the events after the cursor, or fail: never a partial replay."""
        if not self.allowed:
            raise Forbidden("You may not follow this any more.")
        if cursor.sequence < self.pruned:
            raise CursorExpired("This is older than what is kept: take a new snapshot.")
        if cursor.epoch != self.epoch or self._digest_at(cursor) != cursor.digest:
            raise HistoryChanged("The history behind this cursor has changed: take a new snapshot.")
        return [event for event in self.events if event.seq > cursor.sequence]

    def _digest_at(self, cursor: Cursor) -> bytes | None:
        if cursor.sequence == self.pruned:
            return self.pruned_digest
        at = self.events[0] if self.events else None
        return digest_of(at.id) if at and at.seq == cursor.sequence else None


def may_follow(actor: Actor, stream: Stream) -> sa.ColumnElement[bool]:
    """The right to a stream, as it is at the moment of the read."""
    c, a = conversations.c, agents.c
    employed = sa.exists().where(a.id == actor.id, a.active)
    match stream.kind:
        case StreamKind.CONVERSATION | StreamKind.NOTES:
            return employed & stands_in(sa.literal(stream.owner_id, c.id.type), actor.id)
        case StreamKind.CUSTOMER:
            return sa.exists().where(c.id == stream.owner_id, c.customer_id == actor.id)
        case StreamKind.INBOX:
            return employed & sa.literal(stream.owner_id == actor.id)


def is_over(stream: Stream) -> sa.ColumnElement[bool]:
    """After a conversation is closed nothing follows in its streams; closing and their last events are one."""
    c = conversations.c
    closed = (c.id == stream.owner_id) & (c.status == ConversationStatus.CLOSED)
    return sa.false() if stream.kind is StreamKind.INBOX else sa.exists().where(closed)


def carriers_of(stream: Stream) -> set[UUID]:
    """The streams whose events can change what a follower hears: its own, and that of the right to it."""
    of_right = conversation_stream(stream.owner_id) if stream.kind is StreamKind.NOTES else stream
    return {stream.id, of_right.id}


async def read(database: Database, stream: Stream, actor: Actor, cursor: Cursor) -> Page:
    s, e = streams.c, events.c
    onward = (e.stream_id == s.id) & (e.seq >= cursor.sequence)
    rows = await database.all(
        sa.select(*STORED.columns)
        .add_columns(may_follow(actor, stream), is_over(stream))
        .add_columns(s.head, s.pruned, s.pruned_digest, s.epoch)
        .select_from(streams.outerjoin(events, onward))
        .where(s.id == stream.id)
        .order_by(e.seq)
        .limit(PAGE + 1)
    )
    if not rows:
        raise NotFoundAtTop("There is no such stream.")
    found = [STORED.read(row) for row in rows if row.seq is not None]
    return Page(*[*rows[0][-6:], found])


def check_belongs(cursor: Cursor, stream: Stream) -> None:
    if cursor.stream_id != stream.id:
        raise BadUserInput("This cursor belongs to another stream.")


async def follow(
    database: Database, hub: Hub, stream: Stream, actor: Actor, cursor: Cursor
) -> AsyncGenerator[StoredEvent]:
    """Yield every event after the cursor, in order, each once, while the actor may hear it and more can come."""
    check_belongs(cursor, stream)
    with hub.waiting(carriers_of(stream)) as waiter:
        while True:
            waiter.clear()  # before the read, so that a wake-up meanwhile is kept
            page = await _read_patiently(database, stream, actor, cursor)
            hub.see(stream.id, page.head, waiter)
            for event in page.after(cursor):
                if event.seq != cursor.sequence + 1:
                    raise HistoryChanged("The history has a hole: take a new snapshot.")
                cursor = event.place
                yield event
                if waiter.is_set():
                    break  # the right may have changed while the event was delivered
            if cursor.sequence < page.head:
                continue
            if page.over:
                return
            await _wait(waiter)


async def _wait(waiter: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            await waiter.wait()
    except TimeoutError:
        return


async def _read_patiently(database: Database, stream: Stream, actor: Actor, cursor: Cursor) -> Page:
    """Read, retrying while the database is away for up to 20 seconds."""
    for _ in range(RETRIES):
        try:
            return await read(database, stream, actor, cursor)
        except AWAY as error:
            log.warning("a stream cannot be read; trying again", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
    return await read(database, stream, actor, cursor)
