"""Reads of reviews of emergencies: by who called them, and by those who settle them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.reviews import EmergencyVerdict
from models.database import Query, Reads
from models.invitations import invitations
from models.reviews import reviews
from models.shapes import grouped, shape
from models.visibility import review_visible
from resolvers.reads.agents import AgentView, agents_by_id
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


@dataclass(frozen=True)
class EmergencyReviewView:
    id: UUID
    conversation_id: UUID
    department_id: UUID
    inviter_id: UUID
    reason: str
    raised_at: datetime
    settled_at: datetime | None
    settled_by_id: UUID | None
    verdict: EmergencyVerdict | None
    comment: str | None


r = reviews.c
REVIEW = shape(EmergencyReviewView, reviews)
OLDEST_FIRST = Order([r.raised_at, r.id])


def _visible(actor: Actor) -> Query:
    return REVIEW.select().where(review_visible(actor))


async def reviews_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, EmergencyReviewView]:
    found = await REVIEW.all(reads, _visible(actor).where(r.id.in_(ids)))
    return {view.id: view for view in found}


async def list_reviews(
    reads: Reads, actor: Actor, settled: bool | None, page: PageRequest
) -> PageView[EmergencyReviewView]:
    """Return reviews, the longest waiting first: the settled ones, the open ones, or all."""
    found = _visible(actor)
    if settled is not None:
        found = found.where(r.settled_at.is_not(None) if settled else r.settled_at.is_(None))
    return await read_page(reads, REVIEW, found, OLDEST_FIRST, page)


async def called_by(
    reads: Reads, actor: Actor, review_ids: Sequence[UUID]
) -> Mapping[UUID, list[AgentView]]:
    """Return whom each emergency called, by the reviews that the asker sees."""
    i = invitations.c
    seen = sa.select(r.id).where(r.id.in_(review_ids), review_visible(actor))
    rows = await reads.all(
        sa.select(i.group_id, i.invitee_id).where(i.group_id.in_(seen)).order_by(i.id)
    )
    people = await agents_by_id(reads, actor, [row.invitee_id for row in rows])
    asked = grouped(
        [(row.group_id, row.invitee_id) for row in rows], lambda each: each[0], review_ids
    )
    return {key: [people[id_] for _, id_ in each] for key, each in asked.items()}
