"""Asking deputies, one after another, when nobody of a group has accepted in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, ActorKind
from domain.deadlines import DeadlineKind
from domain.invitations import InvitationKind
from domain.permissions import Permission, PermissionLevel, permits
from models.conversations import conversations, participants
from models.database import first
from models.invitations import deputies, invitations
from models.unit_of_work import SYSTEM, UnitOfWork
from models.visibility import current_level, is_present
from resolvers import bookkeeping, invitation_endings
from resolvers.actors import Claims, actor_of
from resolvers.candidates import Circumstances
from resolvers.offers import Offer, Plan, Request, Scene, considered
from resolvers.sending import send

i, c, p, d = invitations.c, conversations.c, participants.c, deputies.c


async def ask_deputy(work: UnitOfWork, group_id: UUID, now: datetime) -> None:
    """Invite the next deputy who can be invited, in the name of the inviter who may still invite.

    The group has kept its seat for them; when nobody is left who could accept, it is free.
    """
    terms = await _terms(work, group_id)
    if not await _asked_next(work, terms, now):
        await invitation_endings.release_seat(work, terms.conversation_id, group_id)


async def _asked_next(work: UnitOfWork, terms: Any, now: datetime) -> bool:
    if not permits(terms.inviter_level, Permission.INVITE):
        return False
    claims = Claims(ActorKind.AGENT, terms.inviter_id, now + timedelta(seconds=1))
    actor, of_group = await actor_of(work, claims), d.group_id == terms.group_id
    waiting = await work.all(sa.select(d.place, d.agent_id).where(of_group).order_by(d.place))
    for deputy in waiting if actor else ():
        await work.change(sa.delete(deputies).where(of_group, d.place == deputy.place))
        if await _ask(work, actor, terms, deputy.agent_id, now):
            return True
    return False


async def _terms(work: UnitOfWork, group_id: UUID) -> Any:
    """Return what the group was offered, and what the inviter holds now."""
    level = sa.select(current_level()).where(
        p.conversation_id == c.id, p.agent_id == i.inviter_id, is_present()
    )
    return await first(
        work,
        sa.select(
            invitations,
            c.classes,
            c.seats_taken,
            level.scalar_subquery().label("inviter_level"),
        )
        .join_from(invitations, conversations)
        .where(i.group_id == group_id)
        .order_by(i.id)
        .limit(1),
    )


async def _ask(
    work: UnitOfWork, actor: Actor | None, terms: Any, agent_id: UUID, now: datetime
) -> bool:
    assert actor, "the inviter takes part"
    scene = Scene(
        actor,
        terms.conversation_id,
        terms.organization_id,
        terms.classes,
        PermissionLevel(terms.inviter_level),
        terms.seats_taken - 1,
        now,
    )
    emergency = terms.kind is InvitationKind.EMERGENCY
    request = Request(
        terms.type, terms.background, terms.special_notes, emergency, terms.emergency_reason
    )
    offer = Offer(agent_id, terms.role, terms.level, terms.ends_at)
    around, (plan,) = await considered(work, scene, [offer], request, lock=True)
    if plan.reached:
        await _send(work, scene, around, Plan(offer, plan.reached, (), terms.group_id), request)
    return bool(plan.reached)


async def _send(
    work: UnitOfWork, scene: Scene, around: Circumstances, plan: Plan, request: Request
) -> None:
    await send(work, scene, around.policy, [plan], request, by=SYSTEM)
    left = sa.select(d.place).where(d.group_id == plan.group_id)
    if await first(work, left):
        due_at = scene.now + timedelta(seconds=around.policy.deputies_after_seconds)
        kind = DeadlineKind.DEPUTY_IS_ASKED
        await bookkeeping.schedule(work, kind, plan.group_id, scene.conversation_id, due_at)
