"""Sending invitations: rows, seats, deadlines and events of all that was planned, each kind in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from domain.eligibility import Candidate
from domain.events import InvitationCreated
from domain.ids import new_id
from domain.invitations import (
    InvitationKind,
    InvitationStatus,
    needs_approval,
    no_later_than,
    validity,
)
from domain.permissions import ROLE_LEVELS
from domain.policies import Policy
from domain.streams import conversation_stream, inbox
from models.conversations import conversations
from models.invitations import Deputy, Invitation
from models.log import Deadline
from models.prepared import prepared
from models.unit_of_work import Author, UnitOfWork
from resolvers import approvers
from resolvers.offers import Plan, Request, Scene

c = conversations.c


async def send(
    work: UnitOfWork,
    scene: Scene,
    policy: Policy,
    plans: Sequence[Plan],
    request: Request,
    by: Author | None = None,
) -> dict[UUID, list[Invitation]]:
    """Send what can be sent and return the invitations of each group."""
    sent = {
        plan.group_id: [
            _invitation(scene, policy, plan, request, *reached) for reached in plan.reached
        ]
        for plan in plans
        if plan.reached
    }
    every = [invitation for group in sent.values() for invitation in group]
    await work.add_all(every)
    await work.add_all(
        [
            *_deadlines(policy, every),
            *(_escalation(scene, policy, p) for p in plans if p.offer.deputies and p.reached),
        ]
    )
    await work.add_all(list(_deputies(plans)))
    await announce(work, every, by)
    return sent


def _invitation(
    scene: Scene,
    policy: Policy,
    plan: Plan,
    request: Request,
    candidate: Candidate,
    kind: InvitationKind,
) -> Invitation:
    waits, offer = needs_approval(kind), plan.offer
    return Invitation(
        id=new_id(),
        organization_id=scene.organization_id,
        conversation_id=scene.conversation_id,
        inviter_id=scene.actor.id,
        invitee_id=candidate.agent_id,
        kind=kind,
        type=request.type,
        role=offer.role,
        level=offer.level or ROLE_LEVELS[offer.role].initial,
        ends_at=offer.ends_at,
        background=request.background,
        special_notes=request.special_notes,
        status=InvitationStatus.AWAITING_APPROVAL if waits else InvitationStatus.PENDING,
        sent_at=scene.now,
        expires_at=no_later_than(scene.now + validity(policy, kind), offer.ends_at),
        group_id=plan.group_id,
        pending_at=None if waits else scene.now,
        approval_department_id=candidate.department_id if waits else None,
        emergency_reason=request.emergency_reason if request.emergency else None,
    )


def _deadlines(policy: Policy, sent: Sequence[Invitation]) -> Iterator[Deadline]:
    for invitation in sent:
        yield deadline(DeadlineKind.INVITATION_EXPIRES, invitation)
        yield from reminder(invitation, policy.reminder_seconds)


def reminder(invitation: Any, seconds: int) -> Iterator[Deadline]:
    """Yield when to remind the invitee, if there is a moment for it between asking and expiry."""
    due = deadline(DeadlineKind.INVITATION_REMINDS, invitation, seconds)
    if invitation.pending_at and due.due_at > invitation.pending_at:
        yield due


def deadline(kind: DeadlineKind, invitation: Any, before: int = 0) -> Deadline:
    """Return a deadline of the invitation, some seconds before it expires."""
    return Deadline(
        kind=kind,
        subject_id=invitation.id,
        conversation_id=invitation.conversation_id,
        due_at=invitation.expires_at - timedelta(seconds=before),
    )


def _escalation(scene: Scene, policy: Policy, plan: Plan) -> Deadline:
    return Deadline(
        kind=DeadlineKind.DEPUTY_IS_ASKED,
        subject_id=plan.group_id,
        conversation_id=scene.conversation_id,
        due_at=scene.now + timedelta(seconds=policy.deputies_after_seconds),
    )


def _deputies(plans: Sequence[Plan]) -> Iterator[Deputy]:
    for plan in plans:
        if plan.reached:
            for place, agent_id in enumerate(plan.offer.deputies):
                yield Deputy(group_id=plan.group_id, place=place, agent_id=agent_id)


async def announce(work: UnitOfWork, sent: Sequence[Invitation], by: Author | None) -> None:
    """Tell the conversation and the inviter at once, the invitee when it is theirs to answer, else who approves."""
    for invitation in sent:
        streams = [conversation_stream(invitation.conversation_id), inbox(invitation.inviter_id)]
        if invitation.pending_at is not None:
            streams.append(inbox(invitation.invitee_id))
        work.record(InvitationCreated(invitation.id), *streams, by=by)
    waiting = [each for each in sent if each.pending_at is None]
    for _, group in groupby(waiting, lambda each: each.group_id):
        await approvers.ask(work, list(group), by)


TAKE = prepared(
    lambda _, key, wanted, limit: (
        sa.update(conversations)
        .where(c.id == key)
        .values(seats_taken=c.seats_taken + wanted, seat_limit=limit, version=c.version + 1)
    )
)


async def take_seats(work: UnitOfWork, conversation_id: UUID, wanted: int, limit: int) -> None:
    """Take seats that were counted with the conversation locked; a constraint refuses what is beyond the limit."""
    await work.later(TAKE, key=conversation_id, wanted=wanted, limit=limit)
