"""Putting an invitation off, once: it stays as it is, and reminds when the time has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Asker
from domain.deadlines import DeadlineKind
from domain.errors import InvalidInput, NotPermitted
from domain.events import InvitationDeferred
from domain.invitations import InvitationAction, InvitationStatus, no_later_than
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.database import first
from models.invitations import invitations
from models.log import Deadline
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, invitation_endings
from resolvers.changes import Changed
from resolvers.reads.organizations import policy_of

i = invitations.c


async def defer_invitation(
    work: UnitOfWork, asker: Asker, invitation_id: UUID, seconds: int | None
) -> Changed:
    """Answer later: the time to answer grows by as much, and the invitee is reminded."""
    now = (await access.invitation_to_answer(work, asker, invitation_id)).now
    policy = await policy_of(work, asker.actor.organization_id)
    seconds = policy.longest_deferral_seconds if seconds is None else seconds
    if not 1 <= seconds <= policy.longest_deferral_seconds:
        raise InvalidInput(
            f"Put it off for 1 to {policy.longest_deferral_seconds} s.", path=["input", "seconds"]
        )
    row = await _pending(work, invitation_id)
    if row.deferred_until is not None:
        raise NotPermitted("An invitation can be put off once; accept or decline it now.")
    await _defer(work, row, now, seconds, policy.reminder_seconds)
    return Changed(invitation_id=invitation_id)


async def _pending(work: UnitOfWork, invitation_id: UUID) -> Any:
    pending = sa.select(invitations).where(
        i.id == invitation_id,
        i.status == InvitationStatus.PENDING,
        i.expires_at > database_now(),
    )
    row = await first(work, pending)
    if row is None:
        await invitation_endings.explain(work, invitation_id, InvitationAction.DECLINE)
    return row


async def _defer(
    work: UnitOfWork, row: Any, now: datetime, seconds: int, reminder_seconds: int
) -> None:
    later = timedelta(seconds=seconds)
    expires_at = no_later_than(row.expires_at + later, row.ends_at)
    until = min(now + later, expires_at)
    changed = sa.update(invitations).where(i.id == row.id)
    await work.change(changed.values(deferred_until=until, expires_at=expires_at))
    await bookkeeping.unschedule(work, row.id, *invitation_endings.OF_INVITATION)
    due = {DeadlineKind.INVITATION_EXPIRES: expires_at, DeadlineKind.DEFERRAL_ENDS: until}
    if (reminder_at := expires_at - timedelta(seconds=reminder_seconds)) > now:
        due[DeadlineKind.INVITATION_REMINDS] = reminder_at
    await work.add_all(
        [
            Deadline(kind=kind, subject_id=row.id, conversation_id=row.conversation_id, due_at=at)
            for kind, at in due.items()
        ]
    )
    streams = conversation_stream(row.conversation_id), inbox(row.inviter_id), inbox(row.invitee_id)
    work.record(InvitationDeferred(row.id, until), *streams)
