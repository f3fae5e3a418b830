"""Delegating the lead until a time: the delegate is primary meanwhile, then the role returns by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain import text
from domain.actors import Asker
from domain.deadlines import DeadlineKind
from domain.errors import NotFound, NotPermitted
from domain.events import DelegationBegan
from domain.handing import DelegationEnding, HandoverCause, check_heir, check_stay
from domain.ids import new_id
from domain.permissions import ParticipantRole
from domain.streams import conversation_stream, inbox
from models.handing import Delegation
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, handing, releases
from resolvers.changes import Changed


async def check_own_lead(work: UnitOfWork, conversation_id: UUID) -> None:
    """Refuse to give away what one only holds for somebody else."""
    if await releases.open_delegation(work, conversation_id):
        raise NotPermitted("You lead for somebody else: end the delegation, and they decide.")


async def appoint_delegate(
    work: UnitOfWork, asker: Asker, participant_id: UUID, until: datetime, stay_as: ParticipantRole
) -> Changed:
    """Let somebody present lead until a time."""
    here, other = await access.participant_to_change(work, asker, participant_id)
    text.future(until, here.now, "input", "until")
    check_stay(stay_as)
    check_heir(other.role)
    await check_own_lead(work, here.id)
    own = await handing.primary_row(work, here.id)
    to = handing.Handover(other.agent_id, other, handing.staying(stay_as), HandoverCause.DELEGATION)
    primary = await handing.hand_over(work, own, to, here.now)
    delegation = Delegation(
        id=new_id(),
        organization_id=here.organization_id,
        conversation_id=here.id,
        principal_id=asker.actor.id,
        delegate_id=other.agent_id,
        role=other.role,
        level=other.base_level or other.level,
        ends_at=other.ends_at,
        began_at=here.now,
        until=until,
    )
    await work.add(delegation)
    await bookkeeping.schedule(work, DeadlineKind.DELEGATION_ENDS, delegation.id, here.id, until)
    told = conversation_stream(here.id), inbox(asker.actor.id), inbox(other.agent_id)
    work.record(DelegationBegan(delegation.id), *told)
    return Changed(conversation_id=here.id, participant_id=primary.id, delegation_id=delegation.id)


async def end_delegation(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    """Let the role return before its time; either of the two can."""
    here = await access.conversation_to_change(work, asker, conversation_id)
    delegation = await releases.open_delegation(work, here.id)
    if delegation is None:
        raise NotFound("Nobody leads for somebody else here.")
    if asker.actor.id not in (delegation.principal_id, delegation.delegate_id):
        raise NotPermitted("Only who delegated the lead and who holds it can end the delegation.")
    await handing.give_back(work, delegation, DelegationEnding.ENDED, here.now)
    primary = await handing.primary_row(work, here.id)
    return Changed(conversation_id=here.id, participant_id=primary.id, delegation_id=delegation.id)
