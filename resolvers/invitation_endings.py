"""How invitations end, whoever or whatever ends them. Everything here runs with the conversation locked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import ActorKind
from domain.deadlines import DeadlineKind
from domain.errors import InvitationNotPending
from domain.events import (
    InvitationAccepted,
    InvitationCanceled,
    InvitationDeclined,
    InvitationEvent,
    InvitationExpired,
    InvitationRejected,
    InvitationRevoked,
)
from domain.invitations import OPEN, OUTCOMES, InvitationAction, advance
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.conversations import conversations, participants
from models.database import Query, first
from models.invitations import invitations
from models.log import deadlines
from models.prepared import prepared
from models.unit_of_work import Author, UnitOfWork
from models.visibility import current_status, searches
from resolvers import approvers, bookkeeping

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


# Whether somebody else of the group could still answer. As text: in RETURNING, SQLAlchemy gives no column of SQLite its table.
OTHERS: sa.ColumnElement[bool] = sa.literal_column(
    """EXISTS (SELECT 1 FROM invitation AS other WHERE other.group_id = invitation.group_id
    AND other.id <> invitation.id AND other.status IN ('AWAITING_APPROVAL', 'PENDING'))""",
    sa.Boolean,
).label("others")


def _end(_: None, action: InvitationAction, key: Any, **values: Any) -> sa.Update:
    sources = [status for status, outcomes in OUTCOMES.items() if action in outcomes]
    outcome = OUTCOMES[sources[-1]][action]
    at = i.expires_at if action is InvitationAction.EXPIRE else database_now()
    return (
        sa.update(invitations)
        .where(i.id == key, i.status.in_(sources), *_in_time(action))
        .values(status=outcome, ended_at=at, **values)
        .returning(*invitations.c, OTHERS)
    )


END = prepared(_end)


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

    Its seat is free again unless its group still holds it; accepting keeps it.
    """
    row = await END.first(work, None, action, key=invitation_id, **values)
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
    subjects = [row.id, row.group_id] if action in OF_GROUP else [row.id]
    await bookkeeping.unschedule_all(work, subjects, *OF_INVITATION, DeadlineKind.DEPUTY_IS_ASKED)
    if action is InvitationAction.ACCEPT:
        if row.others:
            await _cancel_others(work, row)
    elif not keeps_seat:
        await release_seat(work, row.conversation_id, row.group_id)
    if action in UNSUCCESSFUL:
        await _hurry_deputies(work, row.group_id)


async def release_seat(work: UnitOfWork, conversation_id: UUID, group_id: UUID) -> None:
    """Give the seat of a group back, unless one of them can still accept or a deputy will be asked."""
    c, other = conversations.c, invitations.alias().c
    held = sa.exists().where(other.group_id == group_id, other.status.in_(OPEN)) | searches(
        group_id
    )
    await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id)
        .values(version=c.version + 1, seats_taken=c.seats_taken - sa.case((held, 0), else_=1))
    )


async def _hurry_deputies(work: UnitOfWork, group_id: UUID) -> None:
    """Nobody else is left who could accept: the next deputy is asked now instead of later."""
    d = deadlines.c
    left = sa.exists().where(i.group_id == group_id, i.status.in_(OPEN))
    waiting = (d.kind == DeadlineKind.DEPUTY_IS_ASKED) & (d.subject_id == group_id)
    await work.change(sa.update(deadlines).where(waiting, ~left).values(due_at=database_now()))


def _open_ones(of: sa.ColumnElement[bool]) -> Query:
    """Read the last first: who approves is shown the first of a group, and hears of nothing but its end."""
    return sa.select(i.id).where(of, i.status.in_(OPEN)).order_by(i.id.desc())


async def _cancel_others(work: UnitOfWork, row: Any) -> None:
    """One of the group has accepted; the seat they held together is theirs."""
    for other in await work.all(_open_ones(i.group_id == row.group_id)):
        await _cancel(work, other.id, keeps_seat=True)


async def revoke_group(work: UnitOfWork, group_id: UUID) -> None:
    """Take the whole offer back: from everybody who could still accept it."""
    for other in await work.all(_open_ones(i.group_id == group_id)):
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
        await approvers.tell_of_end(work, row, by)


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
    work: UnitOfWork,
    conversation_id: UUID,
    inviter_id: UUID | None = None,
    by: Author | None = None,
) -> None:
    """Cancel the open invitations of a conversation, or those of one inviter who lost the right."""
    theirs = i.conversation_id == conversation_id
    if inviter_id is not None:
        theirs &= i.inviter_id == inviter_id
    for row in await work.all(_open_ones(theirs)):
        await _cancel(work, row.id, by)
    await _end_searches(work, conversation_id, inviter_id)


async def _end_searches(
    work: UnitOfWork, conversation_id: UUID, inviter_id: UUID | None = None
) -> None:
    """Ask no deputies any more where nobody was left who could accept, and give those seats back."""
    d = deadlines.c
    searching = (d.kind == DeadlineKind.DEPUTY_IS_ASKED) & (d.conversation_id == conversation_id)
    if inviter_id is not None:
        searching &= d.subject_id.in_(sa.select(i.group_id).where(i.inviter_id == inviter_id))
    if ended := await work.change(sa.delete(deadlines).where(searching)):
        await bookkeeping.touch(work, conversation_id, seats=-ended)


async def cancel_invitations_to(work: UnitOfWork, conversation_id: UUID, invitee_id: UUID) -> None:
    """Cancel what is still open to somebody who comes in by another way."""
    mine = (i.conversation_id == conversation_id) & (i.invitee_id == invitee_id)
    for row in await work.all(_open_ones(mine)):
        await _cancel(work, row.id)


async def _cancel(
    work: UnitOfWork, invitation_id: UUID, by: Author | None = None, *, keeps_seat: bool = False
) -> None:
    """Canceling is the system's; it names who brought it about, so that they are not told of what they did."""
    author = Author(ActorKind.SYSTEM, (by or work.author).id)
    await end_invitation(
        work, invitation_id, InvitationAction.CANCEL, author, keeps_seat=keeps_seat
    )
