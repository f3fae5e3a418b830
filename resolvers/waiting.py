"""The clock of a customer who waits for an answer. It runs from what they said until the service replies."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import MessageAuthor
from domain.deadlines import DeadlineKind
from domain.policies import Policy
from models.conversations import conversations
from models.database import first
from models.log import deadlines
from models.messages import messages
from models.organizations import policies
from models.unit_of_work import UnitOfWork

KIND = DeadlineKind.PRIMARY_UNRESPONSIVE
m, d = messages.c, deadlines.c


async def begin(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Let the clock run, unless it does already: it counts from what was left unanswered first."""
    due = now + timedelta(seconds=await _seconds(work, conversation_id))
    values = {"kind": KIND, "subject_id": conversation_id, "conversation_id": conversation_id}
    await work.insert_unless_there(deadlines, {**values, "due_at": due})


async def stop(work: UnitOfWork, conversation_id: UUID) -> None:
    mine = (d.kind == KIND) & (d.subject_id == conversation_id)
    await work.change(sa.delete(deadlines).where(mine))


async def restart(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Give whoever leads from now on the whole time, if the customer waits."""
    mine = (d.kind == KIND) & (d.subject_id == conversation_id)
    if await first(work, sa.select(d.due_at).where(mine)):
        due = now + timedelta(seconds=await _seconds(work, conversation_id))
        await work.change(sa.update(deadlines).where(mine).values(due_at=due))


async def begin_if_unanswered(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    if await since(work, conversation_id) is not None:
        await begin(work, conversation_id, now)


async def since(work: UnitOfWork, conversation_id: UUID) -> datetime | None:
    """Return when the customer said what is unanswered, None when they do not wait."""
    said = messages.alias().c
    answered = sa.exists().where(
        said.conversation_id == conversation_id,
        said.author == MessageAuthor.SERVICE,
        said.sent_at >= m.sent_at,
    )
    waiting = sa.select(sa.func.min(m.sent_at).label("since")).where(
        m.conversation_id == conversation_id, m.author == MessageAuthor.CUSTOMER, ~answered
    )
    moment: datetime | None = (await first(work, waiting)).since
    return moment


async def _seconds(work: UnitOfWork, conversation_id: UUID) -> int:
    c, set_ = conversations.c, policies.c
    seconds = sa.func.coalesce(
        set_.primary_unresponsive_seconds, Policy.primary_unresponsive_seconds
    )
    row = await first(
        work,
        sa.select(seconds.label("seconds"))
        .select_from(conversations.outerjoin(policies, set_.organization_id == c.organization_id))
        .where(c.id == conversation_id),
    )
    return int(row.seconds)
