"""Deciding about invitations into another department. One decision holds for everybody of the group but who decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.deadlines import DeadlineKind
from domain.events import InvitationApproved, InvitationCreated
from domain.invitations import OUTCOMES, InvitationAction, InvitationStatus, no_later_than
from domain.streams import conversation_stream, inbox
from models.columns import database_now
from models.invitations import invitations
from models.unit_of_work import UnitOfWork
from models.visibility import is_of_others
from resolvers import access, approvers, bookkeeping, invitation_endings
from resolvers.changes import Changed
from resolvers.reads.organizations import policy_of
from resolvers.sending import reminder

i = invitations.c
WAITING = InvitationStatus.AWAITING_APPROVAL


async def approve_invitation(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Changed:
    """Let the invitees answer; their time begins now. Of several decisions the first wins."""
    seen = await access.invitation_to_decide(work, asker, invitation_id)
    policy, now = await policy_of(work, seen.organization_id), await work.now()
    shown = await approvers.shown(work, seen)
    usual = now + timedelta(seconds=policy.invitation_validity_seconds)
    approved = (
        sa.update(invitations)
        .where(*_undecided(seen, asker))
        .values(
            status=OUTCOMES[WAITING][InvitationAction.APPROVE],
            pending_at=now,
            decided_by_id=asker.actor.id,
            expires_at=no_later_than(usual, seen.ends_at),
        )
        .returning(*invitations.c)
    )
    rows = await work.all(approved)
    if invitation_id not in {row.id for row in rows}:
        await invitation_endings.explain(work, invitation_id, InvitationAction.APPROVE)
    rows = sorted(rows, key=lambda row: str(row.id))
    for row in rows:
        await _begin(work, row, policy.reminder_seconds)
    await bookkeeping.touch(work, seen.conversation_id)
    await approvers.tell_of_change(work, seen, shown)
    return Changed(invitation_id=invitation_id, conversation_id=seen.conversation_id)


def _undecided(seen: Any, asker: Asker) -> list[sa.ColumnElement[bool]]:
    """Those of the group that await the decision of the same department, in time; the asker's own is for somebody else."""
    department = i.approval_department_id == seen.approval_department_id
    return [
        i.group_id == seen.group_id,
        department,
        is_of_others(asker.actor.id),
        i.status == WAITING,
        i.expires_at > database_now(),
    ]


async def _begin(work: UnitOfWork, row: Any, reminder_seconds: int) -> None:
    """From now on the invitee knows of it, and has as long to answer as anybody."""
    await bookkeeping.reschedule(work, DeadlineKind.INVITATION_EXPIRES, row.id, row.expires_at)
    await work.add_all(list(reminder(row, reminder_seconds)))
    work.record(
        InvitationApproved(row.id), conversation_stream(row.conversation_id), inbox(row.inviter_id)
    )
    work.record(InvitationCreated(row.id), inbox(row.invitee_id))


async def reject_invitation(
    work: UnitOfWork, asker: Asker, invitation_id: UUID, reason: str | None
) -> Changed:
    reason = text.optional(reason, text.REASON, "input", "reason")
    seen = await access.invitation_to_decide(work, asker, invitation_id)
    undecided = await work.all(sa.select(i.id).where(*_undecided(seen, asker)))
    for id_ in sorted({invitation_id, *(row.id for row in undecided)}, key=str, reverse=True):
        await invitation_endings.end_invitation(
            work,
            id_,
            InvitationAction.REJECT,
            decided_by_id=asker.actor.id,
            rejection_reason=reason,
        )
    return Changed(invitation_id=invitation_id, conversation_id=seen.conversation_id)
