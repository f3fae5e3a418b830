"""Who decides about invitations into their department, and which one of a group each of them is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.events import ApprovalClosed, ApprovalRequested
from domain.invitations import InvitationStatus
from domain.streams import inbox
from models.columns import database_now
from models.invitations import invitations
from models.organizations import department_supervisors
from models.unit_of_work import Author, UnitOfWork
from models.visibility import is_of_others

i, s = invitations.c, department_supervisors.c
Shown = Mapping[UUID, UUID]


async def shown(work: UnitOfWork, of: Any) -> Shown:
    """Return for each who decides the one that stands for the group: the first that waits and is not their own.

    `of` is any row of the group in that department.
    """
    waiting = (i.status == InvitationStatus.AWAITING_APPROVAL) & (i.expires_at > database_now())
    found = await work.all(
        sa.select(s.agent_id, i.id)
        .join_from(department_supervisors, invitations, s.department_id == i.approval_department_id)
        .where(i.group_id == of.group_id, waiting, is_of_others(s.agent_id))
        .where(s.department_id == of.approval_department_id)
        .order_by(i.id.desc())
    )
    return {row.agent_id: row.id for row in found}


async def ask(work: UnitOfWork, sent: Sequence[Any], by: Author | None) -> None:
    """Ask for one decision about those of a group: not again for a deputy while another one is shown."""
    new = {each.id for each in sent}
    now = await shown(work, sent[0])
    _record(work, ApprovalRequested, {key: id_ for key, id_ in now.items() if id_ in new}, by)


async def tell_of_change(work: UnitOfWork, of: Any, before: Shown) -> None:
    """Take back what somebody is not shown any more, and show what stands for the group instead."""
    now = await shown(work, of)
    _record(work, ApprovalClosed, dict(before.items() - now.items()), None)
    _record(work, ApprovalRequested, dict(now.items() - before.items()), None)


async def tell_of_end(work: UnitOfWork, row: Any, by: Author | None) -> None:
    """Take back one that has ended; whoever was shown it is shown the next of the group."""
    deciding = (s.department_id == row.approval_department_id) & s.agent_id.not_in(
        [row.inviter_id, row.invitee_id]
    )
    found = await work.all(sa.select(s.agent_id).where(deciding))
    _record(work, ApprovalClosed, {each.agent_id: row.id for each in found}, by)
    now = await shown(work, row)
    later = {key: id_ for key, id_ in now.items() if id_ > row.id and key != row.invitee_id}
    _record(work, ApprovalRequested, later, by)


def _record(
    work: UnitOfWork,
    event: type[ApprovalClosed | ApprovalRequested],
    told: Shown,
    by: Author | None,
) -> None:
    """Tell each what concerns them, one event for all of the same invitation."""
    for id_, each in groupby(sorted(told, key=lambda key: (told[key], key)), told.__getitem__):
        work.record(event(id_), *(inbox(key) for key in each), by=by)
