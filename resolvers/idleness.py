"""Collaborators who give no sign are warned, then removed; one deadline of each conversation looks after all of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.activity import Idleness, idleness, is_news, seconds_added
from domain.actors import Actor
from domain.conversations import ConversationStatus, LeaveReason
from domain.deadlines import DeadlineKind
from domain.events import ParticipantIdle
from domain.policies import Policy
from domain.streams import conversation_stream, inbox
from models.conversations import conversations, participants
from models.database import first
from models.holds import holds
from models.prepared import prepared
from models.unit_of_work import SYSTEM, UnitOfWork
from models.visibility import active_at, is_present, standing
from resolvers import bookkeeping, endings, releases
from resolvers.auditing import audit_system
from resolvers.grounds import around

p = participants.c


STIR = prepared(
    lambda _, key, now, seconds: (
        sa.update(participants)
        .where(p.id == key)
        .values(active_at=now, idle_warned_at=None, active_seconds=p.active_seconds + seconds)
    )
)
PRESENT = prepared(
    lambda actor, conversation: sa.select(p.id, active_at(), p.idle_warned_at).where(
        p.conversation_id == conversation, standing(actor), is_present()
    )
)


async def stir(
    work: UnitOfWork, participant_id: UUID, last: datetime, now: datetime, *, warned: bool
) -> None:
    """Write down that somebody did something in the conversation, unless that was written just now."""
    if is_news(last, now, warned=warned):
        await work.later(STIR, key=participant_id, now=now, seconds=seconds_added(last, now))


async def be_there(work: UnitOfWork, actor: Actor, conversation_id: UUID, now: datetime) -> None:
    """Write down that somebody has the conversation open. Whoever takes no part changes nothing by it."""
    row = await PRESENT.first(work, actor, conversation=conversation_id)
    if row is not None:
        await stir(work, row.id, row.active_at, now, warned=row.idle_warned_at is not None)


async def watch(work: UnitOfWork, conversation_id: UUID, policy: Policy, now: datetime) -> None:
    """Begin to look after the collaborators of a conversation; called when the first one joins."""
    await _again(work, conversation_id, now + idleness(policy).warning)


async def _again(work: UnitOfWork, conversation_id: UUID, at: datetime) -> None:
    kind = DeadlineKind.COLLABORATORS_IDLE
    await bookkeeping.schedule_anew(work, kind, conversation_id, conversation_id, at)


async def check(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Warn or remove whoever has given no sign for too long; come back when the next of them is due."""
    rules = idleness((await around(work, conversation_id)).policy)
    others = await endings.present_collaborators(work, conversation_id)
    here = await _here(work, conversation_id)
    if here.status is not ConversationStatus.OPEN:  # on hold nobody is expected to do anything
        await _again(work, conversation_id, now + min(rules.warning, rules.grace))
        return
    principal_id = await _principal(work, conversation_id)
    away = [row for row in others if row.agent_id == principal_id]
    watched = [row for row in others if row.agent_id != principal_id]
    resumed_at = here.resumed_at
    due = [at for row in watched if (at := await _look_after(work, row, rules, resumed_at, now))]
    due += [now + rules.warning for _ in away]
    if due:
        await _again(work, conversation_id, min(due))
    await endings.end_collaboration_if_alone(work, conversation_id, now, SYSTEM)


async def _here(work: UnitOfWork, conversation_id: UUID) -> Any:
    """Return the conversation's status, and when its last hold ended."""
    c, h = conversations.c, holds.c
    resumed_at = sa.select(sa.func.max(h.ended_at)).where(h.conversation_id == c.id)
    found = sa.select(c.status, resumed_at.scalar_subquery().label("resumed_at"))
    return await first(work, found.where(c.id == conversation_id))


async def _principal(work: UnitOfWork, conversation_id: UUID) -> UUID | None:
    """Return who is away for a time and gets the lead back: nothing is expected of them meanwhile."""
    delegation = await releases.open_delegation(work, conversation_id)
    found: UUID | None = delegation and delegation.principal_id
    return found


async def _look_after(
    work: UnitOfWork, row: Any, rules: Idleness, resumed_at: datetime | None, now: datetime
) -> datetime | None:
    """Do what is due about one collaborator, and return when to look again; None once they are out."""
    at = rules.due_at(row.active_at or row.joined_at, row.idle_warned_at, resumed_at)
    if at > now:
        return at
    if row.idle_warned_at is None:
        return await _warn(work, row, now, now + rules.grace)
    await endings.end_participation(work, row, LeaveReason.IDLE_TIMEOUT, now, SYSTEM)
    audit_system(work, row.organization_id, "removeIdleParticipant", "Participant", row.id)
    return None


async def _warn(work: UnitOfWork, row: Any, now: datetime, removal_at: datetime) -> datetime:
    await work.change(sa.update(participants).where(p.id == row.id).values(idle_warned_at=now))
    streams = conversation_stream(row.conversation_id), inbox(row.agent_id)
    work.record(ParticipantIdle(row.id, removal_at), *streams, by=SYSTEM)
    return removal_at
