"""What can be done with a person's part in a conversation: adjust its level, end it, hand over the lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.authorizations import SensitiveOperation
from domain.conversations import LeaveReason
from domain.deadlines import DeadlineKind
from domain.errors import NotPermitted, VersionConflict
from domain.events import PermissionAdjusted
from domain.handing import (
    DelegationEnding,
    HandoverCause,
    check_heir,
    check_may_leave,
    check_stay,
)
from domain.permissions import (
    ParticipantRole,
    PermissionLevel,
    check_below,
    check_raise,
)
from domain.streams import conversation_stream, inbox
from models.conversations import participants
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, endings, handing, releases, step_up
from resolvers.changes import Changed
from resolvers.delegations import check_own_lead

p = participants.c


async def adjust_permission(
    work: UnitOfWork,
    asker: Asker,
    participant_id: UUID,
    level: PermissionLevel,
    until: datetime | None,
) -> Changed:
    """Give another level, for good or until a time; then what held before returns by itself."""
    here, other = await access.participant_to_change(work, asker, participant_id)
    until = text.future(until, here.now, "input", "until")
    _check_other(here, other)
    check_below(here.level, other.level, level)
    check_raise(other.role, level, until)
    if other.role is ParticipantRole.GUEST_EXPERT:
        await step_up.consume(work, asker.actor, SensitiveOperation.ADJUST_GUEST, other.id)
    await _set_level(work, other, level, until)
    await releases.release_level(work, here.id, other.agent_id, level)
    return Changed(participant_id=participant_id, conversation_id=here.id)


def _check_other(here: access.Admission, other: Any) -> None:
    if other.id == here.participant_id:
        raise NotPermitted(
            "This is your own part in the conversation; somebody above you can change it."
        )
    if other.role is ParticipantRole.PRIMARY:
        raise NotPermitted("The primary's part can only be transferred.")


async def _set_level(
    work: UnitOfWork, other: Any, level: PermissionLevel, until: datetime | None
) -> None:
    base = (other.base_level or other.level) if until else None
    await work.change(
        sa.update(participants)
        .where(p.id == other.id)
        .values(level=level, level_until=until, base_level=base)
    )
    await bookkeeping.unschedule(work, other.id, DeadlineKind.LEVEL_REVERTS)
    if until is not None:
        kind = DeadlineKind.LEVEL_REVERTS
        await bookkeeping.schedule(work, kind, other.id, other.conversation_id, until)
    await bookkeeping.touch(work, other.conversation_id)
    work.record(
        PermissionAdjusted(other.id, other.level, level, until),
        conversation_stream(other.conversation_id),
        inbox(other.agent_id),
    )


async def remove_participant(work: UnitOfWork, asker: Asker, participant_id: UUID) -> Changed:
    here, other = await access.participant_to_change(work, asker, participant_id)
    _check_other(here, other)
    check_below(here.level, other.level)
    delegation = await releases.open_delegation(work, here.id)
    if delegation and delegation.principal_id == other.agent_id:
        raise NotPermitted("The primary role returns to this person; they cannot be removed now.")
    await _end(work, here, other, LeaveReason.REMOVED)
    return Changed(participant_id=participant_id, conversation_id=here.id)


async def leave_conversation(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    """Leave for good. Who leads for somebody else gives the role back; who leads for themselves cannot just go."""
    here = await access.conversation_to_change(work, asker, conversation_id)
    delegation = await releases.open_delegation(work, here.id)
    leads = here.role is ParticipantRole.PRIMARY
    principal_id = delegation.principal_id if delegation else None
    check_may_leave(asker.actor.id, leads=leads, principal_id=principal_id)
    if leads:
        ending = DelegationEnding.DELEGATE_LEFT
        await handing.give_back(work, delegation, ending, here.now)
    own = await handing.part_of(work, here.id, asker.actor.id)
    await _end(work, here, own, LeaveReason.LEFT)
    return Changed(participant_id=own.id, conversation_id=here.id)


async def _end(work: UnitOfWork, here: access.Admission, row: Any, reason: LeaveReason) -> None:
    await endings.end_participation(work, row, reason, here.now)
    await endings.end_collaboration_if_alone(work, here.id, here.now)


async def transfer_primary(
    work: UnitOfWork,
    asker: Asker,
    participant_id: UUID,
    stay_as: ParticipantRole,
    expected_version: int | None,
) -> Changed:
    """Hand the lead to somebody present; the former primary stays in the role they name."""
    here, other = await access.participant_to_change(work, asker, participant_id)
    check_stay(stay_as)
    check_version(here, expected_version)
    check_heir(other.role)
    await check_own_lead(work, here.id)
    own = await handing.primary_row(work, here.id)
    to = handing.Handover(other.agent_id, other, handing.staying(stay_as), HandoverCause.TRANSFER)
    primary = await handing.hand_over(work, own, to, here.now)
    return Changed(conversation_id=here.id, participant_id=primary.id)


def check_version(here: access.Admission, expected: int | None) -> None:
    if expected is not None and expected != here.version:
        raise VersionConflict(
            "The conversation has changed since you read it; read it again.",
            type="Conversation",
            id=str(here.id),
            version=here.version,
        )
