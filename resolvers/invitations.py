"""Inviting colleagues into a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.actors import Asker
from domain.policies import collaborator_limit
from models.unit_of_work import UnitOfWork
from resolvers import access
from resolvers.changes import Changed, Invited
from resolvers.offers import Offer, Plan, Request, Scene, check_request, considered
from resolvers.reviews import open_reviews
from resolvers.sending import send, take_seats


async def invite_agents(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, offers: Sequence[Offer], request: Request
) -> Changed:
    """Invite each colleague or say why not; one refusal does not stop the others."""
    request = request.checked()
    here = await access.conversation_to_change(work, asker, conversation_id)
    scene = Scene(
        asker.actor,
        here.id,
        here.organization_id,
        here.classes,
        here.level,
        here.seats_taken,
        here.now,
    )
    check_request(scene, offers, request)
    around, plans = await considered(work, scene, offers, request, lock=True)
    if wanted := sum(bool(plan.reached) for plan in plans):
        limit = collaborator_limit(around.policy, here.classes)
        await take_seats(work, here.id, wanted, limit)
    sent = await send(work, scene, around.policy, plans, request)
    if request.emergency:
        await open_reviews(work, scene, plans, request.emergency_reason)
    ids = {group_id: [each.id for each in group] for group_id, group in sent.items()}
    return Changed(
        conversation_id=here.id, invited=[_invited(plan, ids.get(plan.group_id)) for plan in plans]
    )


def _invited(plan: Plan, invitation_ids: list[UUID] | None) -> Invited:
    return Invited(
        plan.offer.agent_id,
        invitation_ids[0] if invitation_ids else None,
        list(plan.errors),
        plan.offer.department_id,
        invitation_ids or [],
    )
