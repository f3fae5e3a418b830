"""One handler per kind of deadline. Each runs with the conversation locked and may find its work done already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import LeaveReason
from domain.deadlines import LAST, DeadlineKind
from domain.errors import InvitationNotPending
from domain.events import PermissionReverted
from domain.invitations import InvitationAction
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.conversations import conversations, participants
from models.database import Query, Reads, first
from models.holds import holds
from models.log import deadlines
from models.prepared import prepared
from models.unit_of_work import SYSTEM, UnitOfWork
from resolvers import (
    bookkeeping,
    endings,
    handing,
    idleness,
    invitation_endings,
    releases,
    silence,
    step_up,
)
from resolvers.deputies import ask_deputy
from resolvers.reminders import remind

d, p = deadlines.c, participants.c
Handler = Callable[[UnitOfWork, UUID, datetime], Awaitable[None]]


LOCK = prepared(
    lambda _, key: sa.select(conversations.c.id).where(conversations.c.id == key).with_for_update()
)


async def lock(work: UnitOfWork, conversation_id: UUID) -> None:
    """Let one transaction at a time change the conversation. SQLite's writers take turns already."""
    if not work.is_sqlite:
        await LOCK.all(work, key=conversation_id)


def is_due(conversation_id: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Tell whether anything is overdue in a conversation."""
    now = sa.select(database_now()).scalar_subquery()  # one moment, so that an index can be used
    return sa.exists().where(d.conversation_id == conversation_id, d.due_at <= now)


async def settle(work: UnitOfWork, conversation_id: UUID) -> datetime:
    """Do first what is overdue in a locked conversation, and return the database's clock."""
    now, rows = await _due(work, conversation_id)
    work.clock = now
    for row in rows:
        due = (d.kind == row.kind) & (d.subject_id == row.subject_id) & (d.due_at <= now)
        if await work.change(sa.delete(deadlines).where(due)):  # else one before has dropped it
            await HANDLERS[row.kind](work, row.subject_id, now)  # which may schedule it again
            work.lateness.append((now - row.due_at).total_seconds())
    return now


def _overdue(_: None, key: Any) -> Query:
    due = (d.conversation_id == conversations.c.id) & (d.due_at <= database_now())
    found: Query = (
        sa.select(database_now().label("now"), d.kind, d.subject_id, d.due_at)
        .select_from(conversations.outerjoin(deadlines, due))
        .where(conversations.c.id == key)
        .order_by(d.due_at, d.subject_id)
    )
    return found


OVERDUE = prepared(_overdue)


async def _due(work: UnitOfWork, conversation_id: UUID) -> tuple[datetime, list[Any]]:
    """Return the database's clock and the conversation's overdue deadlines in the order in which to meet them."""
    rows = await OVERDUE.all(work, key=conversation_id)
    due = [row for row in rows if row.kind is not None]  # the longest overdue first
    return max(row.now for row in rows), sorted(due, key=lambda row: row.kind in LAST)


_now = sa.select(database_now()).scalar_subquery()  # one moment, so that an index can be used
LONGEST = prepared(
    lambda _, limit: (
        sa.select(d.conversation_id)
        .where(d.due_at <= _now)
        .group_by(d.conversation_id)
        .order_by(sa.func.min(d.due_at))
        .limit(limit)
    )
)
COUNT = prepared(lambda _: sa.select(sa.func.count()).where(d.due_at <= _now))
_clock: Query = sa.select(database_now().label("now"), sa.func.min(d.due_at).label("at"))
NEXT = prepared(lambda _: _clock)


async def overdue(reads: Reads, limit: int) -> list[UUID]:
    """Return conversations with something overdue, the longest first."""
    return [row.conversation_id for row in await LONGEST.all(reads, limit=limit)]


async def count_overdue(reads: Reads) -> int:
    (row,) = await COUNT.all(reads)
    return int(row[0])


async def seconds_to_next(reads: Reads) -> float | None:
    """Return how long until the next deadline is due, None when there is none."""
    (row,) = await NEXT.all(reads)
    return None if row.at is None else float((row.at - row.now).total_seconds())


async def settle_conversation(work: UnitOfWork, conversation_id: UUID) -> list[float]:
    """Settle what is overdue, and return how many seconds late each deadline was met."""
    await lock(work, conversation_id)
    await settle(work, conversation_id)
    return work.lateness


async def _expire(work: UnitOfWork, invitation_id: UUID, now: datetime) -> None:
    try:
        await invitation_endings.end_invitation(
            work, invitation_id, InvitationAction.EXPIRE, SYSTEM
        )
    except InvitationNotPending:
        return


async def _present(work: UnitOfWork, participant_id: UUID) -> Any:
    present = sa.select(participants).where(p.id == participant_id, p.left_at.is_(None))
    return await first(work, present)


async def _revert(work: UnitOfWork, participant_id: UUID, now: datetime) -> None:
    row = await _present(work, participant_id)
    if row is None or row.base_level is None or row.level_until > now:
        return
    reverted = sa.update(participants).where(p.id == participant_id)
    await work.change(reverted.values(level=row.base_level, base_level=None, level_until=None))
    await bookkeeping.touch(work, row.conversation_id)
    work.record(
        PermissionReverted(participant_id, row.level, row.base_level),
        conversation_stream(row.conversation_id),
        inbox(row.agent_id),
        by=SYSTEM,
    )
    await releases.release_level(work, row.conversation_id, row.agent_id, row.base_level, SYSTEM)


async def _end_period(work: UnitOfWork, participant_id: UUID, now: datetime) -> None:
    row = await _present(work, participant_id)
    if row is None or row.ends_at is None or row.ends_at > now:
        return
    await endings.end_participation(work, row, LeaveReason.PERIOD_ENDED, row.ends_at, SYSTEM)
    await endings.end_collaboration_if_alone(work, row.conversation_id, now, SYSTEM)


async def _resume(work: UnitOfWork, hold_id: UUID, now: datetime) -> None:
    h = holds.c
    due = sa.select(h.conversation_id).where(h.id == hold_id, h.resumes_at <= now)
    if row := await first(work, due.where(h.ended_at.is_(None))):
        await endings.end_hold(work, row.conversation_id, now, SYSTEM)


HANDLERS: Mapping[DeadlineKind, Handler] = {
    DeadlineKind.INVITATION_EXPIRES: _expire,
    DeadlineKind.INVITATION_REMINDS: remind,
    DeadlineKind.DEFERRAL_ENDS: remind,
    DeadlineKind.DEPUTY_IS_ASKED: ask_deputy,
    DeadlineKind.LEVEL_REVERTS: _revert,
    DeadlineKind.PERIOD_ENDS: _end_period,
    DeadlineKind.HOLD_ENDS: _resume,
    DeadlineKind.COLLABORATORS_IDLE: idleness.check,
    DeadlineKind.PRIMARY_OFFER_EXPIRES: handing.expire_offer,
    DeadlineKind.DELEGATION_ENDS: handing.end_delegated_time,
    DeadlineKind.PRIMARY_UNRESPONSIVE: silence.answer_silence,
    DeadlineKind.AUTHORIZATION_EXPIRES: step_up.expire,
    DeadlineKind.CUSTOMER_REPLY_TARGET: silence.warn,
}
