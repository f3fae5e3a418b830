"""What goes with a person's part in a conversation, their level, or the lead.

Everything here runs with the conversation locked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from domain.events import (
    DelegationEnded,
    PrimaryOfferAccepted,
    PrimaryOfferCanceled,
    PrimaryOfferDeclined,
    PrimaryOfferEvent,
    PrimaryOfferExpired,
    PrimaryOfferWithdrawn,
)
from domain.handing import DelegationEnding, OfferStatus
from domain.permissions import Permission, PermissionLevel, permits
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.database import first
from models.handing import delegations, offers
from models.log import deadlines
from models.unit_of_work import SYSTEM, Author, UnitOfWork
from resolvers import invitation_endings, step_up

o, g = offers.c, delegations.c

PAST_TENSE: dict[OfferStatus, type[PrimaryOfferEvent]] = {
    OfferStatus.ACCEPTED: PrimaryOfferAccepted,
    OfferStatus.DECLINED: PrimaryOfferDeclined,
    OfferStatus.WITHDRAWN: PrimaryOfferWithdrawn,
    OfferStatus.EXPIRED: PrimaryOfferExpired,
    OfferStatus.CANCELED: PrimaryOfferCanceled,
}


async def end_offer(
    work: UnitOfWork,
    conversation_id: UUID,
    outcome: OfferStatus,
    *where: sa.ColumnElement[bool],
    by: Author | None = None,
) -> Any:
    """End the open offer in the conversation and return its row; None when there is no such offer."""
    ended = (
        sa.update(offers)
        .where(o.conversation_id == conversation_id, o.status == OfferStatus.PENDING, *where)
        .values(status=outcome, ended_at=database_now())
        .returning(*offers.c)
    )
    row = await work.first(ended)
    if row is not None:
        await _unschedule(work, row.id, DeadlineKind.PRIMARY_OFFER_EXPIRES)
        told = conversation_stream(conversation_id), inbox(row.offered_by_id), inbox(row.agent_id)
        work.record(PAST_TENSE[outcome](row.id), *told, by=by)
    return row


async def open_delegation(work: UnitOfWork, conversation_id: UUID) -> Any:
    """Return the row of who leads for whom now, or None."""
    here = (g.conversation_id == conversation_id) & g.ended_at.is_(None)
    return await first(work, sa.select(delegations).where(here))


async def end_delegation(
    work: UnitOfWork,
    conversation_id: UUID,
    ending: DelegationEnding,
    at: datetime,
    *where: sa.ColumnElement[bool],
    by: Author | None = None,
) -> None:
    """Note that nobody leads for somebody else any more; who leads from now on is the caller's to say."""
    ended = (
        sa.update(delegations)
        .where(g.conversation_id == conversation_id, g.ended_at.is_(None), *where)
        .values(ended_at=at, ending=ending)
        .returning(*delegations.c)
    )
    row = await work.first(ended)
    if row is not None:
        await _unschedule(work, row.id, DeadlineKind.DELEGATION_ENDS)
        told = conversation_stream(conversation_id), inbox(row.principal_id), inbox(row.delegate_id)
        work.record(DelegationEnded(row.id, ending), *told, by=by)


async def release_part(work: UnitOfWork, row: Any, at: datetime) -> None:
    """Let go what hung on the part of somebody who is not there any more."""
    here, gone = row.conversation_id, row.agent_id
    await end_offer(work, here, OfferStatus.CANCELED, o.agent_id == gone, by=SYSTEM)
    ending = DelegationEnding.PRINCIPAL_LEFT
    await end_delegation(work, here, ending, at, g.principal_id == gone, by=SYSTEM)
    await step_up.release(work, here, gone)


async def release_level(
    work: UnitOfWork,
    conversation_id: UUID,
    agent_id: UUID,
    level: PermissionLevel,
    by: Author | None = None,
) -> None:
    """Let go what a level does not carry any more: invitations, and the leave to do something sensitive."""
    if not permits(level, Permission.INVITE):
        await invitation_endings.cancel_invitations(work, conversation_id, agent_id, by)
    await step_up.release_beyond(work, conversation_id, agent_id, level)


async def release_lead(work: UnitOfWork, conversation_id: UUID, at: datetime) -> None:
    """Let go what hung on the lead of a conversation that is closed."""
    await end_offer(work, conversation_id, OfferStatus.CANCELED, by=SYSTEM)
    ending = DelegationEnding.CONVERSATION_CLOSED
    await end_delegation(work, conversation_id, ending, at, by=SYSTEM)
    await step_up.release(work, conversation_id, None)


async def _unschedule(work: UnitOfWork, subject_id: UUID, kind: DeadlineKind) -> None:
    d = deadlines.c
    await work.change(sa.delete(deadlines).where(d.subject_id == subject_id, d.kind == kind))
