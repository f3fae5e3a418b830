"""Reads of offers of the primary role, and of delegations: by those who take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from domain.handing import DelegationEnding, OfferStatus
from domain.permissions import ParticipantRole
from models.columns import among, database_now
from models.database import Query, Reads
from models.handing import delegations, offers
from models.prepared import prepared
from models.shapes import shape
from models.visibility import delegation_visible, offer_visible


@dataclass(frozen=True)
class PrimaryOfferView:
    id: UUID
    conversation_id: UUID
    offered_by_id: UUID
    agent_id: UUID
    participant_id: UUID
    stay_as: ParticipantRole
    status: OfferStatus
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class DelegationView:
    id: UUID
    conversation_id: UUID
    principal_id: UUID
    delegate_id: UUID
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    ending: DelegationEnding | None


o, g = offers.c, delegations.c
OFFER = shape(PrimaryOfferView, offers)
DELEGATION = shape(DelegationView, delegations)


def _offers(actor: Actor) -> Query:
    return OFFER.select().where(offer_visible(actor))


def _delegations(actor: Actor) -> Query:
    return DELEGATION.select().where(delegation_visible(actor))


OFFERS_BY_ID = prepared(lambda actor, ids: _offers(actor).where(among(o.id, ids)), PrimaryOfferView)
OPEN_OFFERS = prepared(
    lambda actor, ids: _offers(actor).where(
        among(o.conversation_id, ids),
        o.status == OfferStatus.PENDING,
        o.expires_at > database_now(),
    ),
    PrimaryOfferView,
)
DELEGATIONS_BY_ID = prepared(
    lambda actor, ids: _delegations(actor).where(among(g.id, ids)), DelegationView
)
OPEN_DELEGATIONS = prepared(
    lambda actor, ids: _delegations(actor).where(
        among(g.conversation_id, ids), g.ended_at.is_(None)
    ),
    DelegationView,
)


async def offers_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, PrimaryOfferView]:
    return {view.id: view for view in await OFFERS_BY_ID.all(reads, actor, ids=ids)}


async def open_offers(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, PrimaryOfferView]:
    """Return the offer under way in each conversation."""
    found = await OPEN_OFFERS.all(reads, actor, ids=conversation_ids)
    return {view.conversation_id: view for view in found}


async def delegations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, DelegationView]:
    return {view.id: view for view in await DELEGATIONS_BY_ID.all(reads, actor, ids=ids)}


async def open_delegations(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, DelegationView]:
    """Return who leads for whom now in each conversation."""
    found = await OPEN_DELEGATIONS.all(reads, actor, ids=conversation_ids)
    return {view.conversation_id: view for view in found}
