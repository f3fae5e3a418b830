"""The doors: the only ways to a row. The asker goes in; the row or a refusal comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, Asker
from domain.conversations import ConversationStatus, check_open
from domain.errors import GONE as GONE
from domain.errors import NotFound, NotPermitted
from domain.invitations import check_approver
from domain.permissions import ParticipantRole, PermissionLevel, check_permits
from models.columns import database_now
from models.conversations import conversations, participants
from models.database import Query, Reads
from models.invitations import invitations
from models.messages import notes
from models.prepared import Prepared, prepared
from models.unit_of_work import UnitOfWork
from models.visibility import (
    active_at,
    conversation_visible,
    current_level,
    heard_in,
    invitation_visible,
    participant_visible,
    standing,
)
from resolvers import deadlines, idleness
from resolvers.reads.conversations import ConversationView, conversations_by_id

c, i, n, p = conversations.c, invitations.c, notes.c, participants.c


@dataclass(frozen=True)
class Answering:
    """The conversation behind an invitation, locked, and the database's clock after that."""

    conversation_id: UUID
    now: datetime


@dataclass(frozen=True)
class Admission:
    """A locked conversation as its asker holds it. `now` is the database's clock after the lock."""

    id: UUID
    organization_id: UUID
    department_id: UUID
    status: ConversationStatus
    classes: frozenset[Any]
    seats_taken: int
    version: int
    participant_id: UUID
    role: ParticipantRole
    level: PermissionLevel
    active_at: datetime
    now: datetime


async def conversation_to_read(
    reads: Reads, asker: Asker, conversation_id: UUID
) -> ConversationView:
    """Let the asker read: visible, and the level holds what the field declares."""
    found = await conversations_by_id(reads, asker.actor, [conversation_id])
    if conversation_id not in found:
        raise NotFound(GONE)
    view = found[conversation_id]
    if asker.permission:
        check_permits(view.viewer_level, asker.permission)
    return view


async def conversation_to_change(
    work: UnitOfWork, asker: Asker, conversation_id: UUID
) -> Admission:
    """Lock the conversation, do what is overdue in it, and let the asker change it."""
    await _lock(work, asker, conversation_id)
    row = await _standing(work, asker, conversation_id)
    if row.overdue:
        await deadlines.settle(work, conversation_id)
        row = await _standing(work, asker, conversation_id)
    check_open(row.status)
    assert asker.permission, "a field that changes a conversation declares a permission"
    check_permits(row.level, asker.permission)
    work.clock = row.now
    await idleness.stir(work, row.participant_id, row.active_at, row.now, warned=row.warned)
    return Admission(*row[:-2])


async def conversation_to_take_over(
    work: UnitOfWork, asker: Asker, conversation_id: UUID
) -> datetime:
    """Let those who oversee it from outside take the lead: lock the conversation and return the clock."""
    await _lock(work, asker, conversation_id)
    now = await deadlines.settle(work, conversation_id)
    row = await _standing(work, asker, conversation_id)
    check_open(row.status)
    if not (asker.actor.is_admin or row.department_id in asker.actor.supervised):
        raise NotPermitted("Only supervisors of its department and admins can take it over.")
    return now


SEEN = prepared(
    lambda asker, key: (
        sa.select(c.id)
        .where(c.id == key, conversation_visible(asker))
        .with_for_update(of=conversations)
    )
)


async def _lock(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> None:
    """Let one transaction at a time change the conversation. SQLite's writers take turns already."""
    if not work.is_sqlite and not await SEEN.all(work, asker.actor, key=conversation_id):
        raise NotFound(GONE)


def _stands(asker: Actor, key: Any) -> Query:
    mine = (p.conversation_id == c.id) & standing(asker)
    found: Query = (
        sa.select(
            c.id,
            c.organization_id,
            c.department_id,
            c.status,
            c.classes,
            c.seats_taken,
            c.version,
            p.id.label("participant_id"),
            p.role,
            sa.case((p.id.is_not(None), current_level())).label("level"),
            active_at(),
            database_now().label("now"),
            deadlines.is_due(c.id).label("overdue"),
            p.idle_warned_at.is_not(None).label("warned"),
        )
        .select_from(conversations.outerjoin(participants, mine))
        .where(c.id == key, conversation_visible(asker))
    )
    return found


STANDS = prepared(_stands)


async def _standing(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Any:
    row = await STANDS.first(work, asker.actor, key=conversation_id)
    if row is None:  # or the right ended while this waited for the lock
        raise NotFound(GONE)
    return row


def _invitation(*columns: sa.ColumnElement[Any]) -> Prepared[Any]:
    """Prepare to find an invitation that the asker sees, and to lock the conversation behind it."""
    return prepared(
        lambda asker, key: (
            sa.select(i.conversation_id, *columns)
            .join_from(invitations, conversations)
            .where(i.id == key, invitation_visible(asker))
            .with_for_update(of=conversations)
        )
    )


TO_ANSWER = _invitation(i.invitee_id)
TO_DECIDE = _invitation(
    i.group_id,
    i.inviter_id,
    i.invitee_id,
    i.approval_department_id,
    i.organization_id,
    i.ends_at,
)
TO_REVOKE = _invitation(i.inviter_id, i.group_id)


async def invitation_to_answer(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Answering:
    """Let the invitee answer: lock the conversation behind the invitation."""
    row = await TO_ANSWER.first(work, asker.actor, key=invitation_id)
    if row is None:
        raise NotFound(GONE)
    if row.invitee_id != asker.actor.id:
        raise NotPermitted("Only the one who was invited can answer.")
    return Answering(row.conversation_id, await deadlines.settle(work, row.conversation_id))


async def invitation_to_decide(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Any:
    """Let a supervisor of the invitee's department decide: lock the conversation and return the row."""
    row = await TO_DECIDE.first(work, asker.actor, key=invitation_id)
    if row is None:
        raise NotFound(GONE)
    supervises = row.approval_department_id in asker.actor.supervised
    check_approver(asker.actor.id, {row.inviter_id, row.invitee_id}, supervises=supervises)
    await deadlines.settle(work, row.conversation_id)
    return row


async def invitation_to_revoke(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Any:
    """Let whoever may end it in: the inviter, or by level somebody in the conversation."""
    row = await TO_REVOKE.first(work, asker.actor, key=invitation_id)
    if row is None:
        raise NotFound(GONE)
    await deadlines.settle(work, row.conversation_id)
    return row


PART = prepared(
    lambda asker, key: sa.select(p.conversation_id).where(p.id == key, participant_visible(asker))
)
WHOLE_PART = prepared(lambda _, key: sa.select(participants).where(p.id == key))
NOTE = prepared(
    lambda asker, key: sa.select(n.conversation_id).where(
        n.id == key, heard_in(n.conversation_id, n.posted_at, asker)
    )
)
WHOLE_NOTE = prepared(lambda _, key: sa.select(notes).where(n.id == key))


async def participant_to_change(
    work: UnitOfWork, asker: Asker, participant_id: UUID
) -> tuple[Admission, Any]:
    """Let the asker in to somebody else's part in a conversation, and return that row as it is now."""
    row = await PART.first(work, asker.actor, key=participant_id)
    if row is None:
        raise NotFound(GONE)
    here = await conversation_to_change(work, asker, row.conversation_id)
    (other,) = await WHOLE_PART.all(work, key=participant_id)
    if other.left_at is not None:
        raise NotFound("This person does not take part any more.")
    return here, other


async def note_to_edit(work: UnitOfWork, asker: Asker, note_id: UUID) -> tuple[Admission, Any]:
    row = await NOTE.first(work, asker.actor, key=note_id)
    if row is None:
        raise NotFound(GONE)
    here = await conversation_to_change(work, asker, row.conversation_id)
    return here, await WHOLE_NOTE.first(work, key=note_id)
