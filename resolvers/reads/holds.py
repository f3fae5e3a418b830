"""Reads of holds: why and until when a conversation is paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from models.columns import database_now
from models.database import Reads
from models.holds import holds
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


async def holds_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, HoldView]:
    """Return the hold of each conversation that is on hold now."""
    going_on = h.ended_at.is_(None) & (h.resumes_at > database_now())
    found = await HOLD.all(
        reads,
        HOLD.select().where(
            h.conversation_id.in_(conversation_ids),
            going_on,
            stands_in(h.conversation_id, actor),
        ),
    )
    found = await hidden_from(actor, reads, found, "reason")
    return {view.conversation_id: view for view in found}
