"""A warm transfer: the primary offers the role, and stays primary until somebody takes it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Asker
from domain.deadlines import DeadlineKind
from domain.errors import NotFound, NotPermitted
from domain.events import PrimaryOffered
from domain.handing import HandoverCause, OfferStatus, check_heir, check_stay
from domain.ids import new_id
from domain.permissions import ParticipantRole
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.database import first
from models.handing import PrimaryOffer, offers
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, delegations, handing, releases
from resolvers.changes import Changed
from resolvers.participants import check_version
from resolvers.reads.organizations import policy_of

o = offers.c
NONE_OPEN = "There is no open offer of the primary role here that is yours; it may have ended."


async def offer_primary(
    work: UnitOfWork,
    asker: Asker,
    participant_id: UUID,
    stay_as: ParticipantRole,
    expected_version: int | None,
) -> Changed:
    """Offer the role to somebody present. An offer to somebody else before is withdrawn."""
    here, other = await access.participant_to_change(work, asker, participant_id)
    check_stay(stay_as)
    check_version(here, expected_version)
    check_heir(other.role)
    await delegations.check_own_lead(work, here.id)
    await releases.end_offer(work, here.id, OfferStatus.WITHDRAWN)
    policy = await policy_of(work, here.organization_id)
    offer = PrimaryOffer(
        id=new_id(),
        organization_id=here.organization_id,
        conversation_id=here.id,
        offered_by_id=asker.actor.id,
        agent_id=other.agent_id,
        participant_id=other.id,
        stay_as=stay_as,
        status=OfferStatus.PENDING,
        offered_at=here.now,
        expires_at=here.now + timedelta(seconds=policy.invitation_validity_seconds),
    )
    await work.add(offer)
    kind = DeadlineKind.PRIMARY_OFFER_EXPIRES
    await bookkeeping.schedule(work, kind, offer.id, here.id, offer.expires_at)
    told = conversation_stream(here.id), inbox(asker.actor.id), inbox(other.agent_id)
    work.record(PrimaryOffered(offer.id), *told)
    return Changed(conversation_id=here.id, offer_id=offer.id)


async def accept_primary(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    """Take the role that was offered: from this moment the asker leads."""
    here, offer = await _answer(work, asker, conversation_id, OfferStatus.ACCEPTED)
    own = await handing.primary_row(work, here.id)
    part = await handing.part_of(work, here.id, asker.actor.id)
    stay = handing.staying(offer.stay_as)
    to = handing.Handover(asker.actor.id, part, stay, HandoverCause.OFFER)
    primary = await handing.hand_over(work, own, to, here.now)
    return Changed(conversation_id=here.id, offer_id=offer.id, participant_id=primary.id)


async def decline_primary(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    here, offer = await _answer(work, asker, conversation_id, OfferStatus.DECLINED)
    return Changed(conversation_id=here.id, offer_id=offer.id)


async def _answer(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, outcome: OfferStatus
) -> tuple[access.Admission, sa.Row[tuple[object, ...]]]:
    here = await access.conversation_to_change(work, asker, conversation_id)
    mine = (o.agent_id == asker.actor.id) & (o.expires_at > database_now())
    offer = await releases.end_offer(work, here.id, outcome, mine)
    if offer is None:
        await _explain(work, here.id)
        raise NotFound(NONE_OPEN)
    return here, offer


async def _explain(work: UnitOfWork, conversation_id: UUID) -> None:
    to_another = (o.conversation_id == conversation_id) & (o.status == OfferStatus.PENDING)
    if await first(work, sa.select(o.id).where(to_another, o.expires_at > database_now())):
        raise NotPermitted("The primary role is offered to somebody else.")


async def withdraw_primary_offer(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    here = await access.conversation_to_change(work, asker, conversation_id)
    in_time = o.expires_at > database_now()
    offer = await releases.end_offer(work, here.id, OfferStatus.WITHDRAWN, in_time)
    if offer is None:
        raise NotFound(NONE_OPEN)
    return Changed(conversation_id=here.id, offer_id=offer.id)
