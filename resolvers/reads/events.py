"""Reads of the event log as history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.streams import Stream, StreamKind
from models.database import Query, Reads
from models.log import events, streams
from models.prepared import prepared
from models.stored import STORED, StoredEvent
from models.visibility import event_heard, heard_in
from resolvers.reads.paging import Listing, Order, PageRequest, PageView

OLDEST_FIRST = Order((events.c.seq,))


s, e = streams.c, events.c
MISSED = prepared(
    lambda actor, stream_id, sequence: sa.select(
        sa.exists()
        .where(
            e.stream_id == stream_id,
            e.seq > sequence,
            s.id == e.stream_id,
            ~heard_in(s.owner_id, e.occurred_at, actor),
        )
        .label("missed")
    )
)


async def missed(reads: Reads, actor: Actor, stream: Stream, sequence: int) -> bool:
    """Tell whether something after this place was before the asker could hear it."""
    (row,) = await MISSED.all(reads, actor, stream_id=stream.id, sequence=sequence)
    found: bool = row.missed
    return found


# What tells of people and levels, by the beginnings of its names.
PEOPLE = ("Participant", "Permission", "Primary", "Collaboration", "Invitation")


def _of_conversation(actor: Actor, kinds: Sequence[str]) -> Query:
    found: Query = (
        STORED.select()
        .join_from(events, streams)
        .where(streams.c.kind == StreamKind.CONVERSATION, event_heard(owner, actor))
    )
    return found.where(sa.or_(*(events.c.type.startswith(k) for k in kinds))) if kinds else found


owner = streams.c.owner_id
HISTORY = Listing(STORED, _of_conversation, owner)


async def history_of(
    reads: Reads,
    actor: Actor,
    conversation_ids: Sequence[UUID],
    page: PageRequest,
    kinds: tuple[str, ...] = (),
) -> Mapping[UUID, PageView[StoredEvent]]:
    """Return the conversations' own events, or those whose names begin so, oldest first."""
    return await HISTORY.pages(reads, actor, conversation_ids, OLDEST_FIRST, page, kinds)
