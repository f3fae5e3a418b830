"""Emergencies are reviewed afterwards: what one leaves behind, and how it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.errors import NotFound, NotPermitted, ReviewNotPending
from domain.events import EmergencyReviewOpened, EmergencyReviewSettled
from domain.reviews import EmergencyVerdict
from domain.streams import Stream
from models.columns import database_now
from models.database import first
from models.invitations import invitations
from models.reviews import EmergencyReview, reviews
from models.unit_of_work import UnitOfWork
from models.visibility import review_visible
from resolvers import access, overseers
from resolvers.changes import Changed
from resolvers.offers import Plan, Scene

r, i = reviews.c, invitations.c


async def open_reviews(
    work: UnitOfWork, scene: Scene, plans: Sequence[Plan], reason: str | None
) -> None:
    """Leave one for each target of an emergency that was sent, for those who oversee the inviter."""
    actor = scene.actor
    assert reason, "an emergency has a reason"
    assert actor.department_id, "an agent has a department"
    for plan in plans:
        if plan.reached:
            review = EmergencyReview(
                id=plan.group_id,
                organization_id=scene.organization_id,
                department_id=actor.department_id,
                conversation_id=scene.conversation_id,
                inviter_id=actor.id,
                reason=reason,
                raised_at=scene.now,
            )
            await work.add(review)
            called = [invitee.agent_id for invitee, _ in plan.reached]
            work.record(EmergencyReviewOpened(review.id), *await _told(work, review, called))


async def _told(work: UnitOfWork, review: Any, called: Sequence[UUID]) -> list[Stream]:
    return await overseers.told(
        work, review.organization_id, review.department_id, review.inviter_id, called
    )


async def settle_review(
    work: UnitOfWork, asker: Asker, review_id: UUID, verdict: EmergencyVerdict, comment: str
) -> Changed:
    """Say once whether it was an emergency: who oversees the inviter, never the inviter nor who was called."""
    comment = text.required(comment, text.REASON, "input", "comment")
    row = await first(
        work, sa.select(reviews).where(r.id == review_id, review_visible(asker.actor))
    )
    if row is None:
        raise NotFound(access.GONE)
    if row.inviter_id == asker.actor.id:
        raise NotPermitted("Somebody else reviews the emergency that you called.")
    settled = (
        sa.update(reviews)
        .where(r.id == review_id, r.settled_at.is_(None))
        .values(
            settled_at=database_now(),
            settled_by_id=asker.actor.id,
            verdict=verdict,
            comment=comment,
        )
    )
    if not await work.change(settled):
        raise ReviewNotPending("Somebody has settled this review already.")
    called = await work.all(sa.select(i.invitee_id).where(i.group_id == review_id))
    inboxes = await _told(work, row, [each.invitee_id for each in called])
    work.record(EmergencyReviewSettled(review_id), *inboxes)
    return Changed(review_id=review_id)
