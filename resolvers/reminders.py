"""Reminding an invitee: when the time has come that they put it off to, and shortly before it expires."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.events import InvitationReminded
from domain.invitations import InvitationStatus
from domain.streams import inbox
from models.database import first
from models.invitations import invitations
from models.unit_of_work import SYSTEM, UnitOfWork

i = invitations.c


async def remind(work: UnitOfWork, invitation_id: UUID, now: datetime) -> None:
    """Tell the invitee once more, unless they have answered."""
    waiting = sa.select(i.invitee_id).where(
        i.id == invitation_id, i.status == InvitationStatus.PENDING, i.expires_at > now
    )
    row = await first(work, waiting)
    if row is not None:
        work.record(InvitationReminded(invitation_id), inbox(row.invitee_id), by=SYSTEM)
