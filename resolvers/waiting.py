"""The clocks of a customer who waits for an answer. They run from what they said until the service replies."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import MessageAuthor
from domain.deadlines import DeadlineKind
from models.conversations import conversations
from models.database import Query, Reads, first
from models.holds import holds
from models.log import deadlines
from models.messages import messages
from models.unit_of_work import UnitOfWork
from resolvers.grounds import around

PRIMARY, TARGET = DeadlineKind.PRIMARY_UNRESPONSIVE, DeadlineKind.CUSTOMER_REPLY_TARGET
# By which setting each of them is measured.
SECONDS = {PRIMARY: "primary_unresponsive_seconds", TARGET: "customer_reply_target_seconds"}
c, m, h, d = conversations.c, messages.c, holds.c, deadlines.c


async def begin(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Let the clocks run from now, unless they do already, if the customer waits.

    The target is missed once for what was left unanswered first.
    """
    missed_for = sa.select(c.target_missed_for).where(c.id == conversation_id).scalar_subquery()
    row = await first(work, _unanswered(conversation_id).add_columns(missed_for.label("missed")))
    if row.since is not None:
        missed = row.since == row.missed
        await _begin(work, conversation_id, now, *([PRIMARY] if missed else SECONDS))


async def miss(work: UnitOfWork, conversation_id: UUID) -> datetime | None:
    """Write down that the target is missed, and return for what; None when the customer does not wait."""
    asked_at = await since(work, conversation_id)
    if asked_at is not None:
        here = sa.update(conversations).where(c.id == conversation_id)
        await work.change(here.values(target_missed_for=asked_at))
    return asked_at


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
    moment: datetime | None = (await first(reads, _unanswered(conversation_id))).since
    return moment


def _unanswered(conversation_id: UUID) -> Query:
    said = messages.alias().c
    notice = sa.exists().where(h.conversation_id == conversation_id, h.paused_at == said.sent_at)
    answered = sa.exists().where(
        said.conversation_id == conversation_id,
        said.author == MessageAuthor.SERVICE,
        said.sent_at >= m.sent_at,
        ~notice,  # that of a pause answers nothing: it asks to wait
    )
    found: Query = sa.select(sa.func.min(m.sent_at).label("since")).where(
        m.conversation_id == conversation_id, m.author == MessageAuthor.CUSTOMER, ~answered
    )
    return found


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
