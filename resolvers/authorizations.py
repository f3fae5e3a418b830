"""Asking for the authorisation of a sensitive operation, deciding about it, and the operation itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.authorizations import NEEDED, AuthorizationStatus, SensitiveOperation
from domain.deadlines import DeadlineKind
from domain.errors import AuthorizationNotPending, InvalidInput, NotFound, NotPermitted
from domain.events import AuthorizationApproved, AuthorizationRequested
from domain.ids import new_id
from domain.permissions import ParticipantRole
from models.authorizations import Authorization, authorizations
from models.columns import database_now
from models.conversations import conversations, customers
from models.database import first
from models.unit_of_work import UnitOfWork
from models.visibility import authorization_visible
from resolvers import access, bookkeeping, deadlines, step_up
from resolvers.changes import Changed, Contact
from resolvers.reads.organizations import policy_of

z = authorizations.c
GUESTS = "Guests never see what identifies a customer."


async def request_authorization(
    work: UnitOfWork, asker: Asker, operation: SensitiveOperation, target_id: UUID, purpose: str
) -> Changed:
    """Ask for it: whoever may do the operation may. A request for the same before is canceled."""
    purpose = text.required(purpose, text.REASON, "input", "purpose")
    here = await _target(work, replace(asker, permission=NEEDED[operation]), operation, target_id)
    mine = (z.requester_id == asker.actor.id) & (z.operation == operation)
    await step_up.end(work, AuthorizationStatus.CANCELED, mine, z.target_id == target_id)
    policy = await policy_of(work, here.organization_id)
    assert asker.actor.department_id, "agents have a department"
    row = Authorization(
        id=new_id(),
        organization_id=here.organization_id,
        department_id=asker.actor.department_id,
        conversation_id=here.id,
        requester_id=asker.actor.id,
        operation=operation,
        target_id=target_id,
        purpose=purpose,
        status=AuthorizationStatus.PENDING,
        requested_at=here.now,
        expires_at=here.now + timedelta(seconds=policy.approval_validity_seconds),
    )
    await work.add(row)
    kind = DeadlineKind.AUTHORIZATION_EXPIRES
    await bookkeeping.schedule(work, kind, row.id, here.id, row.expires_at)
    work.record(AuthorizationRequested(row.id), *await step_up.told(work, row))
    return Changed(authorization_id=row.id)


async def _target(
    work: UnitOfWork, asker: Asker, operation: SensitiveOperation, target_id: UUID
) -> access.Admission:
    """Let the asker at what the operation would be done to, as they would have to be for doing it."""
    if operation is SensitiveOperation.ADJUST_GUEST:
        here, other = await access.participant_to_change(work, asker, target_id)
        if other.role is not ParticipantRole.GUEST_EXPERT:
            raise InvalidInput("Only a guest's level needs this.", path=["input", "targetId"])
        return here
    here = await access.conversation_to_change(work, asker, target_id)
    if here.role is ParticipantRole.GUEST_EXPERT:
        raise NotPermitted(GUESTS)
    return here


async def approve_authorization(work: UnitOfWork, asker: Asker, authorization_id: UUID) -> Changed:
    """Let the requester do it once, within the time that the policy gives."""
    row = await _to_decide(work, asker, authorization_id)
    policy = await policy_of(work, row.organization_id)
    now = await work.now()
    until = now + timedelta(seconds=policy.authorization_validity_seconds)
    approved = (
        sa.update(authorizations)
        .where(z.id == row.id, *_undecided())
        .values(
            status=AuthorizationStatus.APPROVED,
            decided_by_id=asker.actor.id,
            decided_at=now,
            expires_at=until,
        )
    )
    if not await work.change(approved):
        raise AuthorizationNotPending(await _state(work, row.id))
    await step_up.unschedule(work, row.id)
    kind = DeadlineKind.AUTHORIZATION_EXPIRES
    await bookkeeping.schedule(work, kind, row.id, row.conversation_id, until)
    work.record(AuthorizationApproved(row.id), *await step_up.told(work, row))
    return Changed(authorization_id=row.id)


async def deny_authorization(work: UnitOfWork, asker: Asker, authorization_id: UUID) -> Changed:
    row = await _to_decide(work, asker, authorization_id)
    decided: dict[str, Any] = {"decided_by_id": asker.actor.id, "decided_at": await work.now()}
    wanted = (z.id == row.id, *_undecided())
    if not await step_up.end(work, AuthorizationStatus.DENIED, *wanted, **decided):
        raise AuthorizationNotPending(await _state(work, row.id))
    return Changed(authorization_id=row.id)


def _undecided() -> tuple[sa.ColumnElement[bool], ...]:
    return z.status == AuthorizationStatus.PENDING, z.expires_at > database_now()


async def _to_decide(work: UnitOfWork, asker: Asker, authorization_id: UUID) -> Any:
    """Let those who may decide at a request: never the one who made it."""
    seen = (z.id == authorization_id) & authorization_visible(asker.actor)
    row = await first(work, sa.select(authorizations).where(seen))
    if row is None:
        raise NotFound(access.GONE)
    if row.requester_id == asker.actor.id:
        raise NotPermitted("Somebody else decides about what you asked for.")
    await deadlines.lock(work, row.conversation_id)
    await deadlines.settle(work, row.conversation_id)
    return row


async def _state(work: UnitOfWork, authorization_id: UUID) -> str:
    row = await first(work, sa.select(z.status).where(z.id == authorization_id))
    return f"This request cannot be decided any more: it is {row.status}, or its time is over."


async def reveal_customer_contact(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, purpose: str
) -> Changed:
    """Tell once how the customer can be reached, to somebody who was authorised; the audit keeps what for."""
    text.required(purpose, text.REASON, "input", "purpose")
    here = await access.conversation_to_change(work, asker, conversation_id)
    if here.role is ParticipantRole.GUEST_EXPERT:
        raise NotPermitted(GUESTS)
    await step_up.consume(work, asker.actor, SensitiveOperation.REVEAL_CUSTOMER_CONTACT, here.id)
    row = await first(
        work,
        sa.select(customers.c.name, customers.c.email, customers.c.phone)
        .join(conversations, conversations.c.customer_id == customers.c.id)
        .where(conversations.c.id == here.id),
    )
    return Changed(conversation_id=here.id, contact=Contact(row.name, row.email, row.phone))
