"""Reads of stages, by those who take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from models.database import Query, Reads
from models.shapes import shape
from models.stages import stages
from models.visibility import stands_in
from resolvers.reads.hiding import hidden_from, pages_hidden_from
from resolvers.reads.paging import Order, PageRequest, PageView, read_pages


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
OLDEST_FIRST = Order([s.entered_at, s.id])


def _visible(actor: Actor) -> Query:
    return STAGE.select().where(stands_in(s.conversation_id, actor))


async def stages_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, StageView]:
    found = await STAGE.all(reads, _visible(actor).where(s.id.in_(ids)))
    found = await hidden_from(actor, reads, found, "name")
    return {view.id: view for view in found}


async def present_stages(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, StageView]:
    """Return the stage that each conversation is in."""
    here = s.conversation_id.in_(conversation_ids) & s.left_at.is_(None)
    found = await STAGE.all(reads, _visible(actor).where(here))
    found = await hidden_from(actor, reads, found, "name")
    return {view.conversation_id: view for view in found}


async def stages_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID], page: PageRequest
) -> Mapping[UUID, PageView[StageView]]:
    pages = await read_pages(
        reads, STAGE, _visible(actor), s.conversation_id, conversation_ids, OLDEST_FIRST, page
    )
    return await pages_hidden_from(actor, reads, pages, "name")
