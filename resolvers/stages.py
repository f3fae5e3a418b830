"""Moving a conversation on to the next stage of the service, with somebody who owns it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.errors import NotFound
from domain.events import StageAdvanced
from domain.ids import new_id
from domain.streams import conversation_stream
from models.conversations import participants
from models.database import first
from models.stages import ServiceStage, stages
from models.unit_of_work import UnitOfWork
from models.visibility import is_present
from resolvers import access, bookkeeping
from resolvers.changes import Changed

s, p = stages.c, participants.c


async def advance_stage(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, name: str, owner_id: UUID | None
) -> Changed:
    """Begin the next stage and leave the one before; without an owner the asker owns it."""
    name = text.required(name, text.NAME, "input", "name")
    here = await access.conversation_to_change(work, asker, conversation_id)
    owner = await _owner(work, here.id, owner_id or here.participant_id)
    await leave_stage(work, here.id, here.now)
    stage = ServiceStage(
        id=new_id(), conversation_id=here.id, owner_id=owner, name=name, entered_at=here.now
    )
    await work.add(stage)
    await bookkeeping.touch(work, here.id)
    work.record(StageAdvanced(stage.id), conversation_stream(here.id))
    return Changed(conversation_id=here.id, stage_id=stage.id)


async def _owner(work: UnitOfWork, conversation_id: UUID, participant_id: UUID) -> UUID:
    present = (p.id == participant_id) & (p.conversation_id == conversation_id) & is_present()
    row = await first(work, sa.select(p.agent_id).where(present))
    if row is None:
        raise NotFound(access.GONE, path=["input", "ownerId"])
    found: UUID = row.agent_id
    return found


async def leave_stage(work: UnitOfWork, conversation_id: UUID, at: datetime) -> None:
    going_on = (s.conversation_id == conversation_id) & s.left_at.is_(None)
    await work.change(sa.update(stages).where(going_on).values(left_at=at))
