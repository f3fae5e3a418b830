"""Reads of the event log as history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.streams import Stream, StreamKind
from models.database import Query, Reads
from models.log import events, streams
from models.stored import STORED, StoredEvent
from models.visibility import heard_in
from resolvers.reads.paging import Order, PageRequest, PageView, read_pages

OLDEST_FIRST = Order([events.c.seq])


async def missed(reads: Reads, actor: Actor, stream: Stream, sequence: int) -> bool:
    """Tell whether something after this place was before the asker could hear it."""
    s, e = streams.c, events.c
    earlier = sa.exists().where(
        e.stream_id == stream.id,
        e.seq > sequence,
        s.id == e.stream_id,
        ~heard_in(s.owner_id, e.occurred_at, actor),
    )
    found: bool = (await reads.all(sa.select(earlier)))[0][0]
    return found


# What tells of people and levels, by the beginnings of its names.
PEOPLE = ("Participant", "Permission", "Primary", "Collaboration", "Invitation")


async def history_of(
    reads: Reads,
    actor: Actor,
    conversation_ids: Sequence[UUID],
    page: PageRequest,
    kinds: tuple[str, ...] = (),
) -> Mapping[UUID, PageView[StoredEvent]]:
    """Return the conversations' own events, or those whose names begin so, oldest first."""
    owner = streams.c.owner_id
    found: Query = (
        STORED.select()
        .join_from(events, streams)
        .where(
            streams.c.kind == StreamKind.CONVERSATION, heard_in(owner, events.c.occurred_at, actor)
        )
    )
    if kinds:
        found = found.where(sa.or_(*(events.c.type.startswith(kind) for kind in kinds)))
    return await read_pages(reads, STORED, found, owner, conversation_ids, OLDEST_FIRST, page)
