"""Reads of reviews of emergencies: by who called them, and by those who settle them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.reviews import EmergencyVerdict
from models.columns import among, checked
from models.database import Query, Reads
from models.invitations import invitations
from models.prepared import prepared
from models.reviews import reviews
from models.shapes import grouped, shape
from models.visibility import review_visible, settles
from resolvers.reads.agents import AgentView, agents_by_id
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


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
OLDEST_FIRST = Order((r.raised_at, r.id))


def _visible(actor: Actor) -> Query:
    return REVIEW.select().where(review_visible(actor))


def _listed(actor: Actor, settled: bool | None) -> Query:
    found = _visible(actor)
    if settled is None:
        return found
    return found.where(r.settled_at.is_not(None) if settled else r.settled_at.is_(None))


def unsettled(actor: Actor) -> Query:
    """Select those that the asker has to settle, be it them or another."""
    return _visible(actor).where(settles(actor), r.settled_at.is_(None))


def _called(actor: Actor, ids: Any) -> Query:
    i = invitations.c
    seen = sa.select(r.id).where(among(r.id, ids), checked(review_visible(actor)))
    return sa.select(i.group_id, i.invitee_id).where(i.group_id.in_(seen)).order_by(i.id)


BY_ID = prepared(
    lambda actor, ids: REVIEW.select().where(checked(review_visible(actor)), among(r.id, ids)),
    EmergencyReviewView,
)
LIST = Listing(REVIEW, _listed)
CALLED = prepared(_called)


async def reviews_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, EmergencyReviewView]:
    return {view.id: view for view in await BY_ID.all(reads, actor, ids=ids)}


async def list_reviews(
    reads: Reads, actor: Actor, settled: bool | None, page: PageRequest
) -> PageView[EmergencyReviewView]:
    """Return reviews, the longest waiting first: the settled ones, the open ones, or all."""
    return await LIST.page(reads, actor, OLDEST_FIRST, page, settled)


async def called_by(
    reads: Reads, actor: Actor, review_ids: Sequence[UUID]
) -> Mapping[UUID, list[AgentView]]:
    """Return whom each emergency called, by the reviews that the asker sees."""
    rows = await CALLED.all(reads, actor, ids=review_ids)
    people = await agents_by_id(reads, actor, [row.invitee_id for row in rows])
    asked = grouped(rows, lambda row: row.group_id, review_ids)
    return {key: [people[row.invitee_id] for row in each] for key, each in asked.items()}
