"""How participations, collaborations and holds end, whoever or whatever ends them. Everything here runs with the conversation locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import CollaborationOutcome, ConversationStatus, LeaveReason
from domain.deadlines import DeadlineKind
from domain.events import (
    CollaborationEnded,
    ConversationResumed,
    CustomerConversationResumed,
    ParticipantLeft,
)
from domain.permissions import ParticipantRole
from domain.streams import conversation_stream, customer_stream, inbox
from models.conversations import collaborations, conversations, participants
from models.database import first
from models.holds import holds
from models.invitations import invitations
from models.unit_of_work import Author, UnitOfWork
from resolvers import bookkeeping, invitation_endings, releases, waiting

i, p = invitations.c, participants.c


async def end_participation(
    work: UnitOfWork, row: Any, reason: LeaveReason, at: datetime, by: Author | None = None
) -> None:
    """End one person's part: their level, their seat and the invitations they had open go with it."""
    await work.change(
        sa.update(participants)
        .where(p.id == row.id, p.left_at.is_(None))
        .values(left_at=at, leave_reason=reason, level_until=None, base_level=None)
    )
    await bookkeeping.unschedule(work, row.id, DeadlineKind.LEVEL_REVERTS, DeadlineKind.PERIOD_ENDS)
    if row.role is not ParticipantRole.PRIMARY:
        await bookkeeping.count_collaboration(work, row.agent_id, -1)
        await bookkeeping.touch(work, row.conversation_id, seats=-1)
    work.record(
        ParticipantLeft(row.id, reason),
        conversation_stream(row.conversation_id),
        inbox(row.agent_id),
        by=by,
    )
    await releases.release_part(work, row, at)
    await invitation_endings.cancel_invitations(work, row.conversation_id, row.agent_id, by)


async def present_collaborators(work: UnitOfWork, conversation_id: UUID) -> list[Any]:
    """Return the rows of everybody present but the primary, by agent."""
    others = sa.select(participants).where(
        p.conversation_id == conversation_id,
        p.left_at.is_(None),
        p.role != ParticipantRole.PRIMARY,
    )
    return list(await work.all(others.order_by(p.agent_id)))


async def end_collaboration(
    work: UnitOfWork,
    conversation_id: UUID,
    outcome: CollaborationOutcome | None,
    at: datetime,
    by: Author | None = None,
) -> UUID | None:
    """End the open collaboration, if there is one, and return its id."""
    c = collaborations.c
    ended = (
        sa.update(collaborations)
        .where(c.conversation_id == conversation_id, c.ended_at.is_(None))
        .values(ended_at=at, outcome=outcome)
        .returning(c.id)
    )
    collaboration_id = await _id(work, ended)
    if collaboration_id is not None:
        await bookkeeping.unschedule(work, conversation_id, DeadlineKind.COLLABORATORS_IDLE)
        await bookkeeping.count_in_organization(work, conversation_id, -1)
        work.record(
            CollaborationEnded(collaboration_id, outcome),
            conversation_stream(conversation_id),
            by=by,
        )
    return collaboration_id


async def end_collaboration_if_alone(
    work: UnitOfWork, conversation_id: UUID, at: datetime, by: Author | None = None
) -> None:
    """When the last collaborator has left, the collaboration is over without an outcome."""
    if not await present_collaborators(work, conversation_id):
        await end_collaboration(work, conversation_id, None, at, by)


async def _id(work: UnitOfWork, ended: sa.UpdateBase) -> UUID | None:
    row = await work.first(ended)
    return row and row.id  # type: ignore[no-any-return]  # a row's columns have no types


async def lift_hold(work: UnitOfWork, conversation_id: UUID, at: datetime) -> bool:
    """End the hold and its deadline, if the conversation is on hold; the caller says what it is from now on."""
    h = holds.c
    ended = (
        sa.update(holds)
        .where(h.conversation_id == conversation_id, h.ended_at.is_(None))
        .values(ended_at=at)
        .returning(h.id)
    )
    hold_id = await _id(work, ended)
    if hold_id is not None:
        await bookkeeping.unschedule(work, hold_id, DeadlineKind.HOLD_ENDS)
    return hold_id is not None


async def end_hold(
    work: UnitOfWork, conversation_id: UUID, at: datetime, by: Author | None = None
) -> bool:
    """Let the conversation go on, and tell its primary and the customer; False when it was not on hold."""
    if not await lift_hold(work, conversation_id, at):
        return False
    c = conversations.c
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(status=ConversationStatus.OPEN, version=c.version + 1)
    )
    leading = (p.conversation_id == conversation_id) & (p.role == ParticipantRole.PRIMARY)
    primary = await first(work, sa.select(p.agent_id).where(leading, p.left_at.is_(None)))
    streams = conversation_stream(conversation_id), inbox(primary.agent_id)
    work.record(ConversationResumed(conversation_id), *streams, by=by)
    customers = customer_stream(conversation_id)
    work.record(CustomerConversationResumed(conversation_id), customers, by=by)
    await waiting.begin(work, conversation_id, at)
    return True
