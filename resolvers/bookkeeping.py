"""What changes write beside their rows: deadlines, versions and counts. All with the conversation locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.deadlines import DeadlineKind
from models.agents import agents
from models.columns import among
from models.conversations import conversations
from models.log import Deadline, deadlines
from models.organizations import organizations
from models.prepared import prepared
from models.unit_of_work import UnitOfWork

a, c, d, o = agents.c, conversations.c, deadlines.c, organizations.c

RESCHEDULE = prepared(
    lambda _, kind, subject, at: (
        sa.update(deadlines).where(d.kind == kind, d.subject_id == subject).values(due_at=at)
    )
)
UNSCHEDULE = prepared(
    lambda _, kinds, subjects: sa.delete(deadlines).where(
        among(d.subject_id, subjects), d.kind.in_(kinds)
    )
)
TOUCH = prepared(
    lambda _, key, seats: (
        sa.update(conversations)
        .where(c.id == key)
        .values(version=c.version + 1, seats_taken=c.seats_taken + seats)
    )
)
COUNT = prepared(
    lambda _, key, by: (
        sa.update(agents).where(a.id == key).values(collaborations=a.collaborations + by)
    )
)


def _count_in_organization(_: None, conversation: Any, by: Any) -> sa.Update:
    ours = sa.select(c.organization_id).where(c.id == conversation).scalar_subquery()
    counted = sa.update(organizations).where(o.id == ours)
    return counted.values(collaborations=o.collaborations + by)


COUNT_IN_ORGANIZATION = prepared(_count_in_organization)


def _schedule_anew(_: None, dialect: str, **values: Any) -> sa.Insert:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    added = insert(deadlines).values(**values)
    anew: sa.Insert = added.on_conflict_do_update(
        index_elements=[d.kind, d.subject_id], set_={"due_at": added.excluded.due_at}
    )
    return anew


SCHEDULE_ANEW = prepared(_schedule_anew)


async def schedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, conversation_id: UUID, due_at: datetime
) -> None:
    await work.add(
        Deadline(kind=kind, subject_id=subject_id, conversation_id=conversation_id, due_at=due_at)
    )


async def schedule_anew(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, conversation_id: UUID, due_at: datetime
) -> None:
    """Schedule, whether or not it was before."""
    await work.later(
        SCHEDULE_ANEW,
        work.dialect.name,
        kind=kind,
        subject_id=subject_id,
        conversation_id=conversation_id,
        due_at=due_at,
    )


async def reschedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, due_at: datetime
) -> None:
    await work.later(RESCHEDULE, kind, subject=subject_id, at=due_at)


async def unschedule(work: UnitOfWork, subject_id: UUID, *kinds: DeadlineKind) -> None:
    await unschedule_all(work, [subject_id], *kinds)


async def unschedule_all(work: UnitOfWork, subject_ids: list[UUID], *kinds: DeadlineKind) -> None:
    await work.later(UNSCHEDULE, kinds, subjects=subject_ids)


async def touch(work: UnitOfWork, conversation_id: UUID, *, seats: int = 0) -> None:
    """Give the conversation its next version, and give back or take seats that need no check."""
    await work.later(TOUCH, key=conversation_id, seats=seats)


async def count_collaboration(work: UnitOfWork, agent_id: UUID, by: int) -> None:
    await work.decide(COUNT, key=agent_id, by=by)


async def count_in_organization(work: UnitOfWork, conversation_id: UUID, by: int) -> None:
    await work.decide(COUNT_IN_ORGANIZATION, conversation=conversation_id, by=by)
