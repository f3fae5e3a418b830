"""What happens when the customer waits: the primary is warned, somebody else present leads, or supervisors are called."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import ConversationStatus
from domain.events import CustomerReplyTargetMissed, SupervisorCalled
from domain.handing import DelegationEnding, HandoverCause
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import conversation_stream, inbox
from models.agents import agents
from models.conversations import conversations, participants
from models.database import Query, first
from models.organizations import department_supervisors
from models.unit_of_work import SYSTEM, UnitOfWork
from models.visibility import current_level, current_presence, is_present
from resolvers import handing, releases, waiting
from resolvers.ranking import best_of

p, a = participants.c, agents.c
REACHABLE = (AgentPresence.ONLINE, AgentPresence.BUSY)


async def warn(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Tell who leads now that the customer has waited longer than they should, and those who help them."""
    if not await _is_open(work, conversation_id):
        return
    asked_at = await waiting.miss(work, conversation_id)
    if asked_at is None:
        return
    leading = (await handing.primary_row(work, conversation_id)).agent_id
    streams = conversation_stream(conversation_id), inbox(leading)
    work.record(CustomerReplyTargetMissed(conversation_id, asked_at), *streams, by=SYSTEM)


async def answer_silence(work: UnitOfWork, conversation_id: UUID, now: datetime) -> None:
    """Give the lead to who can answer: who delegated it, or the best of those present; else call supervisors."""
    waits_since = await waiting.since(work, conversation_id)
    if waits_since is None or not await _is_open(work, conversation_id):
        return
    own = await handing.primary_row(work, conversation_id)
    if delegation := await releases.open_delegation(work, conversation_id):
        ending = DelegationEnding.DELEGATE_UNRESPONSIVE
        await handing.give_back(work, delegation, ending, now, SYSTEM)
    elif heir := await _best_present(work, conversation_id, waits_since):
        stay = handing.staying(ParticipantRole.EXPERT)
        to = handing.Handover(heir.agent_id, heir, stay, HandoverCause.UNRESPONSIVE)
        await handing.hand_over(work, own, to, now, SYSTEM)
    else:
        await _call_supervisors(work, conversation_id, own.agent_id, waits_since)
        return
    await waiting.give_time(work, conversation_id, now)


async def _is_open(work: UnitOfWork, conversation_id: UUID) -> bool:
    c = conversations.c
    is_open = (c.id == conversation_id) & (c.status == ConversationStatus.OPEN)
    return await first(work, sa.select(c.id).where(is_open)) is not None


async def _best_present(work: UnitOfWork, conversation_id: UUID, waits_since: datetime) -> Any:
    """Return the part of who leads best: by level, then as they are recommended for what it is about."""
    able = await work.all(_able(conversation_id, waits_since))
    highest = [row for row in able if row.now == able[0].now]
    if len(highest) < 2:
        return highest[0] if highest else None
    colleagues = {row.agent_id: row for row in highest}
    best = await best_of(work, highest[0].organization_id, conversation_id, list(colleagues))
    return colleagues[best]


def _able(conversation_id: UUID, waits_since: datetime) -> Query:
    """Select the parts of those who can lead, the highest first; who could not answer this customer is not asked twice."""
    led = participants.alias().c
    failed = sa.exists().where(
        led.conversation_id == conversation_id,
        led.agent_id == p.agent_id,
        led.role == ParticipantRole.PRIMARY,
        led.left_at >= waits_since,
    )
    return (
        sa.select(participants, current_level().label("now"))
        .join(agents, a.id == p.agent_id)
        .where(
            p.conversation_id == conversation_id,
            is_present(),
            p.role.not_in([ParticipantRole.PRIMARY, ParticipantRole.GUEST_EXPERT]),
            current_level() >= PermissionLevel.GUIDE,
            a.active,
            current_presence().in_(REACHABLE),
            ~failed,
        )
        .order_by(current_level().desc(), p.joined_at, p.id)
    )


async def _call_supervisors(
    work: UnitOfWork, conversation_id: UUID, primary_id: UUID, waits_since: datetime
) -> None:
    """Tell every supervisor of the department but the silent one; where there is none, the admins."""
    called = await _supervisors(work, conversation_id, primary_id)
    streams = conversation_stream(conversation_id), *map(inbox, called)
    work.record(SupervisorCalled(conversation_id, waits_since), *streams, by=SYSTEM)


async def _supervisors(work: UnitOfWork, conversation_id: UUID, besides: UUID) -> list[UUID]:
    c, s = conversations.c, department_supervisors.c
    of_department = (
        sa.select(s.agent_id)
        .join(conversations, c.department_id == s.department_id)
        .join(agents, a.id == s.agent_id)
        .where(c.id == conversation_id, a.active, a.id != besides)
    )
    admins = (
        sa.select(a.id)
        .join(conversations, c.organization_id == a.organization_id)
        .where(c.id == conversation_id, a.active, a.id != besides, a.role == OrganizationRole.ADMIN)
    )
    rows = await work.all(of_department.order_by(s.agent_id)) or await work.all(
        admins.order_by(a.id)
    )
    return [row[0] for row in rows]
