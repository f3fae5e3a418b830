"""How an authorisation ends: used, decided, run out, or gone with the part of who asked for it.

Everything here runs with the conversation locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.authorizations import (
    OPEN,
    AuthorizationStatus,
    SensitiveOperation,
    out_of_reach,
)
from domain.deadlines import DeadlineKind
from domain.errors import StepUpRequired
from domain.events import (
    AuthorizationCanceled,
    AuthorizationDenied,
    AuthorizationEvent,
    AuthorizationExpired,
    AuthorizationUsed,
)
from domain.permissions import PermissionLevel
from domain.streams import Stream
from models.authorizations import authorizations
from models.columns import database_now
from models.database import Reads
from models.log import deadlines
from models.unit_of_work import SYSTEM, Author, UnitOfWork
from resolvers import overseers

z = authorizations.c

PAST_TENSE: dict[AuthorizationStatus, type[AuthorizationEvent]] = {
    AuthorizationStatus.DENIED: AuthorizationDenied,
    AuthorizationStatus.USED: AuthorizationUsed,
    AuthorizationStatus.EXPIRED: AuthorizationExpired,
    AuthorizationStatus.CANCELED: AuthorizationCanceled,
}


async def consume(
    work: UnitOfWork, actor: Actor, operation: SensitiveOperation, target_id: UUID
) -> None:
    """Use up the approved authorisation of this person for this operation on this target, or refuse."""
    mine = (z.requester_id == actor.id) & (z.operation == operation) & (z.target_id == target_id)
    approved = (z.status == AuthorizationStatus.APPROVED) & (z.expires_at > database_now())
    if not await end(work, AuthorizationStatus.USED, mine, approved):
        raise StepUpRequired(
            f"This needs an authorisation by a supervisor or an admin: ask with {operation}."
        )


async def end(
    work: UnitOfWork,
    outcome: AuthorizationStatus,
    *where: sa.ColumnElement[bool],
    by: Author | None = None,
    **values: Any,
) -> Sequence[Any]:
    """End open authorisations and return their rows; the condition in the UPDATE decides every race."""
    ended = (
        sa.update(authorizations)
        .where(z.status.in_(OPEN), *where)
        .values(status=outcome, ended_at=database_now(), **values)
        .returning(*authorizations.c)
    )
    rows = await work.all(ended)
    for row in rows:
        await unschedule(work, row.id)
        work.record(PAST_TENSE[outcome](row.id), *await told(work, row), by=by)
    return rows


async def release(work: UnitOfWork, conversation_id: UUID, requester_id: UUID | None) -> None:
    """Cancel what somebody asked for in a conversation that they left, or everybody when it is closed."""
    here = [z.conversation_id == conversation_id]
    if requester_id is not None:
        here.append(z.requester_id == requester_id)
    await end(work, AuthorizationStatus.CANCELED, *here, by=SYSTEM)


async def release_beyond(
    work: UnitOfWork, conversation_id: UUID, requester_id: UUID, level: PermissionLevel
) -> None:
    """Cancel what somebody asked for who holds no more than `level` from now on, even if it is raised again."""
    if lost := out_of_reach(level):
        theirs = (z.conversation_id == conversation_id) & (z.requester_id == requester_id)
        of = z.operation.in_(lost)
        await end(work, AuthorizationStatus.CANCELED, theirs, of, by=SYSTEM)


async def expire(work: UnitOfWork, authorization_id: UUID, now: datetime) -> None:
    """What the clock does with an authorisation that nobody gave or used in time."""
    over = (z.id == authorization_id) & (z.expires_at <= now)
    await end(work, AuthorizationStatus.EXPIRED, over, by=SYSTEM)


async def unschedule(work: UnitOfWork, authorization_id: UUID) -> None:
    d, kind = deadlines.c, DeadlineKind.AUTHORIZATION_EXPIRES
    mine = (d.subject_id == authorization_id) & (d.kind == kind)
    await work.change(sa.delete(deadlines).where(mine))


async def told(reads: Reads, row: Any) -> list[Stream]:
    """Return the inboxes of who asked and of everybody who may decide."""
    return await overseers.told(reads, row.organization_id, row.department_id, row.requester_id)
