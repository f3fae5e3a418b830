"""The clocks of a customer who waits for an answer. They run from what they said until the service replies."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import MessageAuthor
from domain.deadlines import DeadlineKind
from models.database import Reads, first
from models.log import deadlines
from models.messages import messages
from models.unit_of_work import UnitOfWork
from resolvers.grounds import around

PRIMARY, TARGET = DeadlineKind.PRIMARY_UNRESPONSIVE, DeadlineKind.CUSTOMER_REPLY_TARGET
# By which setting each of them is measured.
SECONDS = {PRIMARY: "primary_unresponsive_seconds", TARGET: "customer_reply_target_seconds"}
m, d = messages.c, deadlines.c


async def begin(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """The customer has said something: let the clocks run from what was left unanswered first.

    The target is missed once, so its clock begins with the first message alone.
    """
    is_first = await since(work, conversation_id) == now
    await _begin(work, conversation_id, now, *(SECONDS if is_first else [PRIMARY]))


async def begin_if_unanswered(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """The service is there again: let the clocks run from now, if the customer has said something meanwhile."""
    if await since(work, conversation_id) is not None:
        await _begin(work, conversation_id, now, *SECONDS)


async def give_time(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Give whoever leads from now on the whole time. The customer's own clock runs on."""
    await _begin(work, conversation_id, now, PRIMARY)


async def restart(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Give whoever leads from now on the whole time, if the primary's clock runs."""
    running = (d.kind == PRIMARY) & (d.subject_id == conversation_id)
    if await first(work, sa.select(d.due_at).where(running)):
        due = await _due(work, conversation_id, now)
        await work.change(sa.update(deadlines).where(running).values(due_at=due[PRIMARY]))


async def stop(work: UnitOfWork, conversation_id: UUID) -> None:
    running = d.kind.in_([*SECONDS]) & (d.subject_id == conversation_id)
    await work.change(sa.delete(deadlines).where(running))


async def since(reads: Reads, conversation_id: UUID) -> datetime | None:
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
    moment: datetime | None = (await first(reads, waiting)).since
    return moment


async def _begin(
    work: UnitOfWork, conversation_id: UUID, now: datetime, *kinds: DeadlineKind
) -> None:
    """Let clocks run, unless they do already."""
    due = await _due(work, conversation_id, now)
    of_it = {"subject_id": conversation_id, "conversation_id": conversation_id}
    clocks = [{"kind": kind, **of_it, "due_at": due[kind]} for kind in kinds]
    await work.insert_unless_there(deadlines, clocks)


async def _due(
    work: UnitOfWork, conversation_id: UUID, now: datetime
) -> dict[DeadlineKind, datetime]:
    policy = (await around(work, conversation_id)).policy
    return {kind: now + timedelta(seconds=getattr(policy, SECONDS[kind])) for kind in SECONDS}
