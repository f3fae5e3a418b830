"""Reads of authorisations: by who asked for them, and by those who may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.authorizations import OPEN as UNUSED
from domain.authorizations import AuthorizationStatus, SensitiveOperation
from models.authorizations import authorizations
from models.columns import Choice, among, database_now
from models.database import Query, Reads
from models.prepared import prepared
from models.shapes import shape
from models.visibility import authorization_visible, authorizes
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class AuthorizationView:
    id: UUID
    conversation_id: UUID
    requester_id: UUID
    operation: SensitiveOperation
    target_id: UUID
    purpose: str
    status: AuthorizationStatus
    requested_at: datetime
    expires_at: datetime
    decided_by_id: UUID | None
    decided_at: datetime | None

    @property
    def participant_id(self) -> UUID | None:
        return self.target_id if self.operation is SensitiveOperation.ADJUST_GUEST else None


z = authorizations.c


def current_status() -> sa.ColumnElement[AuthorizationStatus]:
    over = z.status.in_(UNUSED) & (z.expires_at <= database_now())
    status = sa.case(
        (over, sa.literal(AuthorizationStatus.EXPIRED.name)),
        else_=sa.type_coerce(z.status, sa.String),
    )
    return sa.type_coerce(status, Choice(AuthorizationStatus))


AUTHORIZATION = shape(AuthorizationView, authorizations, status=current_status())
OLDEST_FIRST = Order((z.requested_at, z.id))


def _visible(actor: Actor) -> Query:
    return AUTHORIZATION.select().where(authorization_visible(actor))


def waiting(actor: Actor) -> Query:
    """Select those that wait for the asker's decision."""
    undecided = (z.status == AuthorizationStatus.PENDING) & (z.expires_at > database_now())
    return _visible(actor).where(authorizes(actor), undecided)


BY_ID = prepared(lambda actor, ids: _visible(actor).where(among(z.id, ids)), AuthorizationView)
WAITING = Listing(AUTHORIZATION, waiting)


async def authorizations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AuthorizationView]:
    return {view.id: view for view in await BY_ID.all(reads, actor, ids=ids)}


async def pending_authorizations(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[AuthorizationView]:
    """Return what waits for this person's decision, the longest waiting first."""
    return await WAITING.page(reads, actor, OLDEST_FIRST, page)
