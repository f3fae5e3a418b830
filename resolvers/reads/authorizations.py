"""Reads of authorisations: by who asked for them, and by those who may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from domain.authorizations import AuthorizationStatus, SensitiveOperation
from models.authorizations import authorizations
from models.columns import database_now
from models.database import Query, Reads
from models.shapes import shape
from models.visibility import authorization_visible, authorizes, current_authorization_status
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


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
        return self.target_id if self.operation is SensitiveOperation.RAISE_GUEST else None


z = authorizations.c
AUTHORIZATION = shape(AuthorizationView, authorizations, status=current_authorization_status())
OLDEST_FIRST = Order([z.requested_at, z.id])


def _visible(actor: Actor) -> Query:
    return AUTHORIZATION.select().where(authorization_visible(actor))


async def authorizations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AuthorizationView]:
    found = await AUTHORIZATION.all(reads, _visible(actor).where(z.id.in_(ids)))
    return {view.id: view for view in found}


async def pending_authorizations(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[AuthorizationView]:
    """Return what waits for this person's decision, the longest waiting first."""
    waiting = (z.status == AuthorizationStatus.PENDING) & (z.expires_at > database_now())
    found = _visible(actor).where(authorizes(actor), waiting)
    return await read_page(reads, AUTHORIZATION, found, OLDEST_FIRST, page)
