"""What changes write beside their rows: deadlines, versions and counts. All with the conversation locked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.agents import agents
from models.conversations import conversations, participants
from models.invitations import invitations
from models.log import Deadline, deadlines
from models.organizations import organizations
from models.unit_of_work import UnitOfWork

i, p = invitations.c, participants.c


async def schedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, conversation_id: UUID, due_at: datetime
) -> None:
    await work.add(
        Deadline(kind=kind, subject_id=subject_id, conversation_id=conversation_id, due_at=due_at)
    )


async def reschedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, due_at: datetime
) -> None:
    d = deadlines.c
    moved = sa.update(deadlines).where(d.kind == kind, d.subject_id == subject_id)
    await work.change(moved.values(due_at=due_at))


async def unschedule(work: UnitOfWork, subject_id: UUID, *kinds: DeadlineKind) -> None:
    d = deadlines.c
    await work.change(sa.delete(deadlines).where(d.subject_id == subject_id, d.kind.in_(kinds)))


async def touch(work: UnitOfWork, conversation_id: UUID, *, seats: int = 0) -> None:
    """Give the conversation its next version, and give back or take seats that need no check."""
    c = conversations.c
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(version=c.version + 1, seats_taken=c.seats_taken + seats)
    )


async def count_collaboration(work: UnitOfWork, agent_id: UUID, by: int) -> None:
    a = agents.c
    await work.change(
        sa.update(agents).where(a.id == agent_id).values(collaborations=a.collaborations + by)
    )


async def count_in_organization(work: UnitOfWork, conversation_id: UUID, by: int) -> None:
    c, o = conversations.c, organizations.c
    ours = sa.select(c.organization_id).where(c.id == conversation_id).scalar_subquery()
    await work.change(
        sa.update(organizations).where(o.id == ours).values(collaborations=o.collaborations + by)
    )
