"""How the primary role changes hands, whoever or whatever moves it: never two primaries, never none.

Everything here runs with the conversation locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import LeaveReason
from domain.deadlines import DeadlineKind
from domain.events import CollaborationStarted, PrimaryTransferred
from domain.handing import DelegationEnding, HandoverCause, OfferStatus
from domain.ids import new_id
from domain.permissions import (
    ROLE_LEVELS,
    ParticipantRole,
    PermissionLevel,
)
from domain.streams import conversation_stream, inbox
from models.agents import agents
from models.conversations import (
    Collaboration,
    Participant,
    conversations,
    participants,
)
from models.database import first
from models.unit_of_work import SYSTEM, Author, UnitOfWork
from resolvers import bookkeeping, idleness, releases, waiting
from resolvers.grounds import around

p = participants.c


@dataclass(frozen=True)
class Stay:
    """What the former primary is from now on."""

    role: ParticipantRole
    level: PermissionLevel
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Handover:
    """`part` is the heir's present part; None for somebody who comes from outside."""

    heir_id: UUID
    part: Any
    stay: Stay
    cause: HandoverCause
    reason: str | None = None


def staying(role: ParticipantRole) -> Stay:
    return Stay(role, ROLE_LEVELS[role].initial)


async def primary_row(work: UnitOfWork, conversation_id: UUID) -> Any:
    leading = (p.conversation_id == conversation_id) & (p.role == ParticipantRole.PRIMARY)
    return await first(work, sa.select(participants).where(leading, p.left_at.is_(None)))


async def part_of(work: UnitOfWork, conversation_id: UUID, agent_id: UUID) -> Any:
    """Return the row of somebody's present part, or None."""
    mine = (p.conversation_id == conversation_id) & (p.agent_id == agent_id)
    return await first(work, sa.select(participants).where(mine, p.left_at.is_(None)))


async def hand_over(
    work: UnitOfWork, own: Any, to: Handover, now: datetime, by: Author | None = None
) -> Participant:
    """Move the role from the primary's row `own`, let go what hung on the former lead, and return the new part."""
    former, primary = await _swap(work, own, to, now)
    await _follow_department(work, own.conversation_id, to)
    await releases.end_offer(work, own.conversation_id, OfferStatus.CANCELED, by=SYSTEM)
    if to.cause not in {HandoverCause.DELEGATION, HandoverCause.RETURN}:
        ending = DelegationEnding.TAKEN_OVER
        await releases.end_delegation(work, own.conversation_id, ending, now, by=by)
    await waiting.restart(work, own.conversation_id, now)
    streams = conversation_stream(own.conversation_id), inbox(own.agent_id), inbox(to.heir_id)
    work.record(PrimaryTransferred(former.id, primary.id, to.cause, to.reason), *streams, by=by)
    await releases.release_level(work, own.conversation_id, own.agent_id, former.level, by)
    return primary


async def _swap(
    work: UnitOfWork, own: Any, to: Handover, now: datetime
) -> tuple[Participant, Participant]:
    """End the old rows and begin new ones, so that at no moment there are two primaries or none.

    The former primary's collaborations may exceed what one agent is allowed: a hand-over is never refused for that.
    """
    old = [own.id] if to.part is None else [own.id, to.part.id]
    both = sa.update(participants).where(p.id.in_(old), p.left_at.is_(None))
    reason = LeaveReason.TRANSFERRED_OUT
    await work.change(
        both.values(left_at=now, leave_reason=reason, level_until=None, base_level=None)
    )
    if to.part is not None:
        kinds = DeadlineKind.LEVEL_REVERTS, DeadlineKind.PERIOD_ENDS
        await bookkeeping.unschedule(work, to.part.id, *kinds)
    group = to.part.collaboration_id if to.part else await _collaboration(work, own, now)
    former = _successor(own, own.agent_id, to.stay, group, now)
    leading = Stay(ParticipantRole.PRIMARY, PermissionLevel.FULL)
    primary = _successor(to.part or own, to.heir_id, leading, None, now)
    await work.add_all([former, primary])
    if former.ends_at is not None:
        kind = DeadlineKind.PERIOD_ENDS
        await bookkeeping.schedule(work, kind, former.id, former.conversation_id, former.ends_at)
    counts = [(own.agent_id, 1), *([(to.heir_id, -1)] if to.part else [])]
    for agent_id, change in sorted(counts):
        await bookkeeping.count_collaboration(work, agent_id, change)
    return former, primary


async def _collaboration(work: UnitOfWork, own: Any, now: datetime) -> UUID:
    """Return the group that the former primary joins when somebody leads who was not in it.

    Like a seat, one more collaboration of the organization is counted beyond the limit if need be.
    """
    grounds = await around(work, own.conversation_id)
    if grounds.collaboration_id is not None:
        return grounds.collaboration_id
    opened = Collaboration(id=new_id(), conversation_id=own.conversation_id, opened_at=now)
    await work.add(opened)
    await bookkeeping.count_in_organization(work, own.conversation_id, 1)
    work.record(CollaborationStarted(opened.id), conversation_stream(own.conversation_id))
    await idleness.watch(work, own.conversation_id, grounds.policy, now)
    return opened.id


def _successor(
    row: Any, agent_id: UUID, stay: Stay, collaboration_id: UUID | None, now: datetime
) -> Participant:
    return Participant(
        id=new_id(),
        organization_id=row.organization_id,
        conversation_id=row.conversation_id,
        agent_id=agent_id,
        invitation_id=row.invitation_id if row.agent_id == agent_id else None,
        collaboration_id=collaboration_id,
        role=stay.role,
        level=stay.level,
        ends_at=stay.ends_at,
        joined_at=now,
    )


async def _follow_department(work: UnitOfWork, conversation_id: UUID, to: Handover) -> None:
    """A conversation's department is its primary's. Who led before always finds a seat, beyond the limit if need be."""
    c = conversations.c
    department = sa.select(agents.c.department_id).where(agents.c.id == to.heir_id)
    taken = c.seats_taken + (1 if to.part is None else 0)
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(
            department_id=department.scalar_subquery(),
            version=c.version + 1,
            seats_taken=taken,
            seat_limit=sa.case((taken > c.seat_limit, taken), else_=c.seat_limit),
        )
    )


async def give_back(
    work: UnitOfWork,
    delegation: Any,
    ending: DelegationEnding,
    now: datetime,
    by: Author | None = None,
) -> None:
    """Let the primary role return to who gave it; the delegate is again what they were before."""
    own = await primary_row(work, delegation.conversation_id)
    part = await part_of(work, delegation.conversation_id, delegation.principal_id)
    await releases.end_delegation(work, delegation.conversation_id, ending, now, by=by)
    before = Stay(delegation.role, delegation.level, delegation.ends_at)
    to = Handover(delegation.principal_id, part, before, HandoverCause.RETURN)
    await hand_over(work, own, to, now, by)


async def expire_offer(work: UnitOfWork, offer_id: UUID, now: datetime) -> None:
    """What the clock does with an offer that nobody took."""
    o = releases.o
    if row := await first(work, sa.select(o.conversation_id).where(o.id == offer_id)):
        over = (o.id == offer_id) & (o.expires_at <= now)
        await releases.end_offer(work, row.conversation_id, OfferStatus.EXPIRED, over, by=SYSTEM)


async def end_delegated_time(work: UnitOfWork, delegation_id: UUID, now: datetime) -> None:
    """What the clock does with a delegation whose time is over."""
    g = releases.g
    due = sa.select(g.conversation_id).where(g.id == delegation_id, g.until <= now)
    row = await first(work, due.where(g.ended_at.is_(None)))
    delegation = row and await releases.open_delegation(work, row.conversation_id)
    if delegation:
        await give_back(work, delegation, DelegationEnding.TIME_OVER, now, SYSTEM)
