"""What can be done with a person's part in a conversation: adjust its level, end it, hand over the lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.conversations import LeaveReason
from domain.deadlines import DeadlineKind
from domain.errors import InvalidInput, NotPermitted, PrimaryMustTransfer, VersionConflict
from domain.events import PermissionAdjusted, PrimaryTransferred, conversation_stream, inbox
from domain.ids import new_id
from domain.permissions import (
    ROLE_LEVELS,
    ParticipantRole,
    Permission,
    PermissionLevel,
    check_below,
    check_raise,
    permits,
)
from models.agents import agents
from models.conversations import Participant, conversations, participants
from models.database import first
from models.unit_of_work import UnitOfWork
from resolvers import access, endings
from resolvers.changes import Changed

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
    await _set_level(work, other, level, until)
    if not permits(level, Permission.INVITE):
        await endings.cancel_invitations(work, here.id, other.agent_id)
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
    await endings.unschedule(work, other.id, DeadlineKind.LEVEL_REVERTS)
    if until is not None:
        kind = DeadlineKind.LEVEL_REVERTS
        await endings.schedule(work, kind, other.id, other.conversation_id, until)
    await endings.touch(work, other.conversation_id)
    work.record(
        PermissionAdjusted(other.id, other.level, level, until),
        conversation_stream(other.conversation_id),
        inbox(other.agent_id),
    )


async def remove_participant(work: UnitOfWork, asker: Asker, participant_id: UUID) -> Changed:
    here, other = await access.participant_to_change(work, asker, participant_id)
    _check_other(here, other)
    check_below(here.level, other.level)
    await _end(work, here, other, LeaveReason.REMOVED)
    return Changed(participant_id=participant_id, conversation_id=here.id)


async def leave_conversation(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    here = await access.conversation_to_change(work, asker, conversation_id)
    if here.role is ParticipantRole.PRIMARY:
        raise PrimaryMustTransfer("Transfer the primary role first, or close the conversation.")
    own = await first(work, sa.select(participants).where(p.id == here.participant_id))
    await _end(work, here, own, LeaveReason.LEFT)
    return Changed(participant_id=here.participant_id, conversation_id=here.id)


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
    _check_stay(stay_as)
    check_version(here, expected_version)
    if other.id == here.participant_id:
        raise InvalidInput("You are the primary already.", path=["input", "participantId"])
    if other.role is ParticipantRole.GUEST_EXPERT:
        raise NotPermitted("A guest can never be the primary.")
    own = await first(work, sa.select(participants).where(p.id == here.participant_id))
    former, primary = await _swap(work, own, other, stay_as, here.now)
    await _follow_department(work, here.id, other.agent_id)
    streams = conversation_stream(here.id), inbox(own.agent_id), inbox(other.agent_id)
    work.record(PrimaryTransferred(former.id, primary.id), *streams)
    if not permits(former.level, Permission.INVITE):
        await endings.cancel_invitations(work, here.id, own.agent_id)
    return Changed(conversation_id=here.id, participant_id=primary.id)


def _check_stay(role: ParticipantRole) -> None:
    levels = ROLE_LEVELS.get(role)
    if levels is None or levels.end_required:
        raise InvalidInput(f"Nobody can stay on as {role}.", path=["input", "stayAs"])


def check_version(here: access.Admission, expected: int | None) -> None:
    if expected is not None and expected != here.version:
        raise VersionConflict(
            "The conversation has changed since you read it; read it again.",
            type="Conversation",
            id=str(here.id),
            version=here.version,
        )


async def _swap(
    work: UnitOfWork, own: Any, other: Any, stay_as: ParticipantRole, now: datetime
) -> tuple[Participant, Participant]:
    """End both rows and begin two new ones, so that at no moment there are two primaries or none.

    The former primary's collaborations may exceed what one agent is allowed: a hand-over is never refused for that.
    """
    both = sa.update(participants).where(p.id.in_([own.id, other.id]), p.left_at.is_(None))
    reason = LeaveReason.TRANSFERRED_OUT
    await work.change(
        both.values(left_at=now, leave_reason=reason, level_until=None, base_level=None)
    )
    kinds = DeadlineKind.LEVEL_REVERTS, DeadlineKind.PERIOD_ENDS
    await endings.unschedule(work, other.id, *kinds)
    former = _successor(own, stay_as, ROLE_LEVELS[stay_as].initial, other.collaboration_id, now)
    primary = _successor(other, ParticipantRole.PRIMARY, PermissionLevel.FULL, None, now)
    await work.add_all([former, primary])
    for agent_id, by in sorted([(own.agent_id, 1), (other.agent_id, -1)]):
        await endings.count_collaboration(work, agent_id, by)
    return former, primary


def _successor(
    row: Any,
    role: ParticipantRole,
    level: PermissionLevel,
    collaboration_id: UUID | None,
    now: datetime,
) -> Participant:
    return Participant(
        id=new_id(),
        organization_id=row.organization_id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        invitation_id=row.invitation_id,
        collaboration_id=collaboration_id,
        role=role,
        level=level,
        joined_at=now,
    )


async def _follow_department(work: UnitOfWork, conversation_id: UUID, agent_id: UUID) -> None:
    """A conversation's department is its primary's."""
    c = conversations.c
    department = sa.select(agents.c.department_id).where(agents.c.id == agent_id)
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(department_id=department.scalar_subquery(), version=c.version + 1)
    )
