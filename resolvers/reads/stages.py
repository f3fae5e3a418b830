"""Reads of stages, by those who take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from models.columns import among
from models.database import Query, Reads
from models.prepared import prepared
from models.shapes import shape
from models.stages import stages
from models.visibility import stands_in
from resolvers.reads.hiding import hidden_from, pages_hidden_from
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class StageView:
    id: UUID
    conversation_id: UUID
    owner_id: UUID
    name: str
    entered_at: datetime
    left_at: datetime | None


s = stages.c
STAGE = shape(StageView, stages)
OLDEST_FIRST = Order((s.entered_at, s.id))


def _visible(actor: Actor) -> Query:
    return STAGE.select().where(stands_in(s.conversation_id, actor))


LIST = Listing(STAGE, _visible, s.conversation_id)
BY_ID = prepared(lambda actor, ids: _visible(actor).where(among(s.id, ids)), StageView)
PRESENT = prepared(
    lambda actor, ids: _visible(actor).where(among(s.conversation_id, ids), s.left_at.is_(None)),
    StageView,
)


async def stages_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, StageView]:
    found = await BY_ID.all(reads, actor, ids=ids)
    return {view.id: view for view in await hidden_from(actor, reads, found, "name")}


async def present_stages(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, StageView]:
    """Return the stage that each conversation is in."""
    found = await PRESENT.all(reads, actor, ids=conversation_ids)
    found = await hidden_from(actor, reads, found, "name")
    return {view.conversation_id: view for view in found}


async def stages_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID], page: PageRequest
) -> Mapping[UUID, PageView[StageView]]:
    pages = await LIST.pages(reads, actor, conversation_ids, OLDEST_FIRST, page)
    return await pages_hidden_from(actor, reads, pages, "name")
