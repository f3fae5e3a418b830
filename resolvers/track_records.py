"""What came of collaborations, remembered by helper and subject, so that ranking need not read history."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from domain.conversations import CollaborationOutcome
from domain.recommendations import BYSTANDERS, LEAST_SUBJECT, SUCCESS
from models.agents import track_records
from models.conversations import participants
from models.unit_of_work import UnitOfWork
from resolvers.access import Admission
from resolvers.reads.recommendations import lexicon_of, text_of


async def remember(
    work: UnitOfWork, here: Admission, collaboration_id: UUID, outcome: CollaborationOutcome
) -> None:
    """Count one more collaboration for each helper and each skill that the conversation was about."""
    helpers = await _helpers(work, collaboration_id)
    lexicon = await lexicon_of(work, here.organization_id)
    about = lexicon.relevances(await text_of(work, here.id))
    subjects = sorted(key for key, each in about.items() if each.weight >= LEAST_SUBJECT)
    if helpers and subjects:
        await _count(work, helpers, subjects, SUCCESS[outcome])


async def _helpers(work: UnitOfWork, collaboration_id: UUID) -> list[UUID]:
    p = participants.c
    rows = await work.all(
        sa.select(p.agent_id)
        .where(p.collaboration_id == collaboration_id, p.role.not_in(BYSTANDERS))
        .distinct()
        .order_by(p.agent_id)
    )
    return [row.agent_id for row in rows]


async def _count(
    work: UnitOfWork, helpers: list[UUID], subjects: list[UUID], success: float
) -> None:
    t = track_records.c
    new = [
        {"agent_id": agent_id, "skill_id": skill_id, "tried": 0, "solved": 0.0}
        for agent_id in helpers
        for skill_id in subjects
    ]
    await work.insert_unless_there(track_records, new)
    await work.change(
        sa.update(track_records)
        .where(t.agent_id.in_(helpers), t.skill_id.in_(subjects))
        .values(tried=t.tried + 1, solved=t.solved + success)
    )
