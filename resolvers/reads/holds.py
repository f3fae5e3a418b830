"""Reads of holds: why and until when a conversation is paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from models.columns import among, database_now
from models.database import Reads
from models.holds import holds
from models.prepared import prepared
from models.shapes import shape
from models.visibility import stands_in
from resolvers.reads.hiding import hidden_from


@dataclass(frozen=True)
class HoldView:
    conversation_id: UUID
    paused_by_id: UUID
    reason: str
    paused_at: datetime
    resumes_at: datetime


h = holds.c
HOLD = shape(HoldView, holds)
GOING_ON = prepared(
    lambda actor, ids: HOLD.select().where(
        among(h.conversation_id, ids),
        h.ended_at.is_(None) & (h.resumes_at > database_now()),
        stands_in(h.conversation_id, actor),
    ),
    HoldView,
)


async def holds_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, HoldView]:
    """Return the hold of each conversation that is on hold now."""
    found = await GOING_ON.all(reads, actor, ids=conversation_ids)
    found = await hidden_from(actor, reads, found, "reason")
    return {view.conversation_id: view for view in found}
