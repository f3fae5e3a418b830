"""Events as they lie in the log, and the place of each in its stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, ActorKind
from domain.cursors import Cursor, digest_of
from domain.events import EVENTS, Event
from domain.streams import Stream
from models.columns import among
from models.database import Reads
from models.log import events, streams
from models.prepared import prepared
from models.shapes import shape
from models.unit_of_work import Author, adapter


@dataclass(frozen=True)
class StoredEvent:
    id: UUID
    stream_id: UUID
    seq: int
    type: str
    payload: str
    actor_kind: ActorKind
    actor_id: UUID | None
    occurred_at: datetime
    epoch: UUID

    @property
    def actor(self) -> Author:
        return Author(self.actor_kind, self.actor_id)

    @property
    def place(self) -> Cursor:
        return Cursor(self.stream_id, self.seq, digest_of(self.id), self.epoch)

    @property
    def cursor(self) -> str:
        return str(self.place)

    @cached_property
    def facts(self) -> Event:
        read: Event = adapter(EVENTS[self.type]).validate_json(self.payload)
        return read


STORED = shape(StoredEvent, events, id=events.c.event_id, epoch=streams.c.epoch)


async def heads(reads: Reads, of: Sequence[Stream]) -> Mapping[Stream, Cursor]:
    """Return the cursor of each stream's newest event."""
    rows = await HEADS.all(reads, ids=[stream.id for stream in of])
    found = {row.id: _head(row) for row in rows}
    return {stream: found[stream.id] for stream in of if stream.id in found}


def _heads(asker: Actor | None, ids: Any) -> sa.Select[Any]:
    s, e = streams.c, events.c
    newest = (e.stream_id == s.id) & (e.seq == s.head)
    return (
        sa.select(s.id, s.head, s.pruned_digest, s.epoch, e.event_id)
        .select_from(streams.outerjoin(events, newest))
        .where(among(s.id, ids))
    )


HEADS = prepared(_heads)


def _head(row: Any) -> Cursor:
    digest = digest_of(row.event_id) if row.event_id else row.pruned_digest
    return Cursor(row.id, row.head, digest, row.epoch)
