"""How invitations, participations, collaborations and holds end, whoever or whatever ends them.

Everything here runs with the conversation locked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import CollaborationOutcome, ConversationStatus, LeaveReason
from domain.deadlines import DeadlineKind
from domain.errors import InvitationNotPending
from domain.events import (
    ApprovalClosed,
    CollaborationEnded,
    ConversationResumed,
    CustomerConversationResumed,
    Event,
    InvitationAccepted,
    InvitationCanceled,
    InvitationDeclined,
    InvitationEvent,
    InvitationExpired,
    InvitationRejected,
    InvitationRevoked,
    ParticipantLeft,
    conversation_stream,
    customer_stream,
    inbox,
)
from domain.invitations import OPEN, OUTCOMES, InvitationAction, advance
from domain.permissions import ParticipantRole
from models.agents import agents
from models.columns import database_now
from models.conversations import collaborations, conversations, participants
from models.database import first
from models.holds import holds
from models.invitations import invitations
from models.log import Deadline, deadlines
from models.organizations import department_supervisors, organizations
from models.unit_of_work import SYSTEM, Author, UnitOfWork
from models.visibility import current_status
from resolvers import releases, waiting

i, p = invitations.c, participants.c

PAST_TENSE: dict[InvitationAction, type[InvitationEvent]] = {
    InvitationAction.ACCEPT: InvitationAccepted,
    InvitationAction.DECLINE: InvitationDeclined,
    InvitationAction.EXPIRE: InvitationExpired,
    InvitationAction.REVOKE: InvitationRevoked,
    InvitationAction.CANCEL: InvitationCanceled,
    InvitationAction.REJECT: InvitationRejected,
}
OF_INVITATION = (
    DeadlineKind.INVITATION_EXPIRES,
    DeadlineKind.INVITATION_REMINDS,
    DeadlineKind.DEFERRAL_ENDS,
)
UNSUCCESSFUL = {InvitationAction.DECLINE, InvitationAction.EXPIRE, InvitationAction.REJECT}
# What ends the search for somebody who accepts, deputies included.
OF_GROUP = {InvitationAction.ACCEPT, InvitationAction.REVOKE, InvitationAction.CANCEL}


async def schedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, conversation_id: UUID, due_at: datetime
) -> None:
    await work.add(
        Deadline(kind=kind, subject_id=subject_id, conversation_id=conversation_id, due_at=due_at)
    )


async def reschedule(
    work: UnitOfWork, kind: DeadlineKind, subject_id: UUID, due_at: datetime
) -> None:
    d = deadlines.c
    moved = sa.update(deadlines).where(d.kind == kind, d.subject_id == subject_id)
    await work.change(moved.values(due_at=due_at))


async def unschedule(work: UnitOfWork, subject_id: UUID, *kinds: DeadlineKind) -> None:
    d = deadlines.c
    await work.change(sa.delete(deadlines).where(d.subject_id == subject_id, d.kind.in_(kinds)))


async def touch(work: UnitOfWork, conversation_id: UUID, *, seats: int = 0) -> None:
    """Give the conversation its next version, and give back or take seats that need no check."""
    c = conversations.c
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(version=c.version + 1, seats_taken=c.seats_taken + seats)
    )


async def count_collaboration(work: UnitOfWork, agent_id: UUID, by: int) -> None:
    a = agents.c
    await work.change(
        sa.update(agents).where(a.id == agent_id).values(collaborations=a.collaborations + by)
    )


async def end_invitation(
    work: UnitOfWork,
    invitation_id: UUID,
    action: InvitationAction,
    by: Author | None = None,
    *,
    keeps_seat: bool = False,
    **values: Any,
) -> Any:
    """Move the invitation on and return its row, or refuse. The condition in the UPDATE decides every race.

    Its seat is free again unless somebody else of its group holds it; accepting keeps it.
    """
    sources = [status for status, outcomes in OUTCOMES.items() if action in outcomes]
    outcome = OUTCOMES[sources[-1]][action]
    at = i.expires_at if action is InvitationAction.EXPIRE else database_now()
    ended = (
        sa.update(invitations)
        .where(i.id == invitation_id, i.status.in_(sources), *_in_time(action))
        .values(status=outcome, ended_at=at, **values)
        .returning(*invitations.c)
    )
    row = (await work.connection.execute(ended)).first()
    if row is None:
        await explain(work, invitation_id, action)
        raise InvitationNotPending(f"It is too early to {action} this invitation.")
    await _settle_group(work, row, action, keeps_seat=keeps_seat)
    await _tell_of_end(work, row, action, by)
    return row


async def _settle_group(
    work: UnitOfWork, row: Any, action: InvitationAction, *, keeps_seat: bool
) -> None:
    """Drop what was scheduled, and give the seat back when the last of the group has ended."""
    await unschedule(work, row.id, *OF_INVITATION)
    if action in OF_GROUP:
        await unschedule(work, row.group_id, DeadlineKind.DEPUTY_IS_ASKED)
    if action is InvitationAction.ACCEPT:
        await _cancel_others(work, row)
    elif not keeps_seat:
        await _release_seat(work, row)
    if action in UNSUCCESSFUL:
        await _hurry_deputies(work, row.group_id)


async def _release_seat(work: UnitOfWork, row: Any) -> None:
    c, other = conversations.c, invitations.alias().c
    held = sa.exists().where(other.group_id == row.group_id, other.status.in_(OPEN))
    seats = c.seats_taken - sa.case((held, 0), else_=1)
    await work.change(
        sa.update(conversations)
        .where(c.id == row.conversation_id)
        .values(version=c.version + 1, seats_taken=seats)
    )


async def _hurry_deputies(work: UnitOfWork, group_id: UUID) -> None:
    """Nobody else is left who could accept: the next deputy is asked now instead of later."""
    d = deadlines.c
    left = sa.exists().where(i.group_id == group_id, i.status.in_(OPEN))
    waiting = (d.kind == DeadlineKind.DEPUTY_IS_ASKED) & (d.subject_id == group_id)
    await work.change(sa.update(deadlines).where(waiting, ~left).values(due_at=database_now()))


async def _cancel_others(work: UnitOfWork, row: Any) -> None:
    """One of the group has accepted; the seat they held together is theirs."""
    others = sa.select(i.id).where(i.group_id == row.group_id, i.status.in_(OPEN)).order_by(i.id)
    for other in await work.all(others):
        await end_invitation(work, other.id, InvitationAction.CANCEL, SYSTEM, keeps_seat=True)


async def revoke_group(work: UnitOfWork, group_id: UUID) -> None:
    """Take the whole offer back: from everybody who could still accept it."""
    others = sa.select(i.id).where(i.group_id == group_id, i.status.in_(OPEN)).order_by(i.id)
    for other in await work.all(others):
        await end_invitation(work, other.id, InvitationAction.REVOKE)


async def _tell_of_end(
    work: UnitOfWork, row: Any, action: InvitationAction, by: Author | None
) -> None:
    """Tell everybody who knew of it: whoever was never asked hears nothing."""
    streams = [conversation_stream(row.conversation_id), inbox(row.inviter_id)]
    if row.pending_at is not None:
        streams.append(inbox(row.invitee_id))
    work.record(PAST_TENSE[action](row.id), *streams, by=by)
    if row.pending_at is None and row.approval_department_id is not None:
        await tell_approvers(work, row, ApprovalClosed(row.id), by)


async def tell_approvers(
    work: UnitOfWork, row: Any, event: Event, by: Author | None = None
) -> None:
    """Tell the supervisors of the department that decides, the inviter among them left out."""
    s = department_supervisors.c
    approvers = sa.select(s.agent_id).where(
        s.department_id == row.approval_department_id, s.agent_id != row.inviter_id
    )
    found = [inbox(each.agent_id) for each in await work.all(approvers.order_by(s.agent_id))]
    work.record(event, *found, by=by)


def _in_time(action: InvitationAction) -> list[sa.ColumnElement[bool]]:
    """The clock decides between expiry and everybody else; only the system's cancelling ignores it."""
    if action is InvitationAction.CANCEL:
        return []
    over = i.expires_at <= database_now()
    return [over if action is InvitationAction.EXPIRE else ~over]


async def explain(work: UnitOfWork, invitation_id: UUID, action: InvitationAction) -> None:
    row = await first(work, sa.select(current_status()).where(i.id == invitation_id))
    advance(row[0], action)


async def cancel_invitations(
    work: UnitOfWork, conversation_id: UUID, inviter_id: UUID | None = None
) -> None:
    """Cancel the open invitations of a conversation, or those of one inviter who lost the right.

    Canceling is the system's, whatever brought it about.
    """
    open_ones = sa.select(i.id).where(i.conversation_id == conversation_id, i.status.in_(OPEN))
    if inviter_id is not None:
        open_ones = open_ones.where(i.inviter_id == inviter_id)
    for row in await work.all(open_ones.order_by(i.id)):
        await end_invitation(work, row.id, InvitationAction.CANCEL, SYSTEM)


async def cancel_invitations_to(work: UnitOfWork, conversation_id: UUID, invitee_id: UUID) -> None:
    """Cancel what is still open to somebody who comes in by another way."""
    mine = (i.conversation_id == conversation_id) & (i.invitee_id == invitee_id)
    for row in await work.all(sa.select(i.id).where(mine, i.status.in_(OPEN))):
        await end_invitation(work, row.id, InvitationAction.CANCEL, SYSTEM)


async def end_participation(
    work: UnitOfWork, row: Any, reason: LeaveReason, at: datetime, by: Author | None = None
) -> None:
    """End one person's part: their level, their seat and the invitations they had open go with it."""
    await work.change(
        sa.update(participants)
        .where(p.id == row.id, p.left_at.is_(None))
        .values(left_at=at, leave_reason=reason, level_until=None, base_level=None)
    )
    await unschedule(work, row.id, DeadlineKind.LEVEL_REVERTS, DeadlineKind.PERIOD_ENDS)
    if row.role is not ParticipantRole.PRIMARY:
        await count_collaboration(work, row.agent_id, -1)
        await touch(work, row.conversation_id, seats=-1)
    work.record(
        ParticipantLeft(row.id, reason),
        conversation_stream(row.conversation_id),
        inbox(row.agent_id),
        by=by,
    )
    await releases.release_part(work, row, at)
    await cancel_invitations(work, row.conversation_id, row.agent_id)


async def present_collaborators(work: UnitOfWork, conversation_id: UUID) -> list[Any]:
    """Return the rows of everybody present but the primary, by agent."""
    others = sa.select(participants).where(
        p.conversation_id == conversation_id,
        p.left_at.is_(None),
        p.role != ParticipantRole.PRIMARY,
    )
    return list(await work.all(others.order_by(p.agent_id)))


async def count_in_organization(work: UnitOfWork, conversation_id: UUID, by: int) -> None:
    c, o = conversations.c, organizations.c
    ours = sa.select(c.organization_id).where(c.id == conversation_id).scalar_subquery()
    await work.change(
        sa.update(organizations).where(o.id == ours).values(collaborations=o.collaborations + by)
    )


async def end_collaboration(
    work: UnitOfWork,
    conversation_id: UUID,
    outcome: CollaborationOutcome | None,
    at: datetime,
    by: Author | None = None,
) -> UUID | None:
    """End the open collaboration, if there is one, and return its id."""
    c = collaborations.c
    ended = (
        sa.update(collaborations)
        .where(c.conversation_id == conversation_id, c.ended_at.is_(None))
        .values(ended_at=at, outcome=outcome)
        .returning(c.id)
    )
    collaboration_id: UUID | None = (await work.connection.execute(ended)).scalar()
    if collaboration_id is not None:
        await unschedule(work, conversation_id, DeadlineKind.COLLABORATORS_IDLE)
        await count_in_organization(work, conversation_id, -1)
        work.record(
            CollaborationEnded(collaboration_id, outcome),
            conversation_stream(conversation_id),
            by=by,
        )
    return collaboration_id


async def end_collaboration_if_alone(
    work: UnitOfWork, conversation_id: UUID, at: datetime, by: Author | None = None
) -> None:
    """When the last collaborator has left, the collaboration is over without an outcome."""
    if not await present_collaborators(work, conversation_id):
        await end_collaboration(work, conversation_id, None, at, by)


async def lift_hold(work: UnitOfWork, conversation_id: UUID, at: datetime) -> bool:
    """End the hold and its deadline, if the conversation is on hold; the caller says what it is from now on."""
    h = holds.c
    ended = (
        sa.update(holds)
        .where(h.conversation_id == conversation_id, h.ended_at.is_(None))
        .values(ended_at=at)
        .returning(h.id)
    )
    hold_id: UUID | None = (await work.connection.execute(ended)).scalar()
    if hold_id is not None:
        await unschedule(work, hold_id, DeadlineKind.HOLD_ENDS)
    return hold_id is not None


async def end_hold(
    work: UnitOfWork, conversation_id: UUID, at: datetime, by: Author | None = None
) -> bool:
    """Let the conversation go on, and tell its primary and the customer; False when it was not on hold."""
    if not await lift_hold(work, conversation_id, at):
        return False
    c = conversations.c
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(status=ConversationStatus.OPEN, version=c.version + 1)
    )
    leading = (p.conversation_id == conversation_id) & (p.role == ParticipantRole.PRIMARY)
    primary = await first(work, sa.select(p.agent_id).where(leading, p.left_at.is_(None)))
    streams = conversation_stream(conversation_id), inbox(primary.agent_id)
    work.record(ConversationResumed(conversation_id), *streams, by=by)
    customers = customer_stream(conversation_id)
    work.record(CustomerConversationResumed(conversation_id), customers, by=by)
    await waiting.begin_if_unanswered(work, conversation_id, at)
    return True
