"""What ends an invitation by hand: accepting, declining, revoking."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Actor, Asker
from domain.deadlines import DeadlineKind
from domain.eligibility import Seats, organization_full
from domain.errors import (
    InvitationExpired,
    InviteeAtCapacity,
    NotPermitted,
)
from domain.events import CollaborationStarted, ParticipantJoined
from domain.ids import new_id
from domain.invitations import DeclineReason, InvitationAction
from domain.policies import Policy
from domain.streams import conversation_stream, inbox
from models.agents import agents
from models.conversations import Collaboration, Participant, collaborations
from models.database import first
from models.organizations import organizations
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, idleness, invitation_endings
from resolvers.changes import Changed
from resolvers.reads.organizations import policy_of


async def accept_invitation(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Changed:
    """Join: invitation, participant, seat, collaboration and events in one transaction."""
    now = await access.invitation_to_answer(work, asker, invitation_id)
    row = await invitation_endings.end_invitation(work, invitation_id, InvitationAction.ACCEPT)
    if row.ends_at is not None and row.ends_at <= now:
        raise InvitationExpired("The time this invitation was offered for is over.")
    policy = await policy_of(work, row.organization_id)
    await _take_on(work, asker.actor, policy)
    collaboration_id = await _open_collaboration(work, row, policy, now)
    participant = await _join(work, row, collaboration_id, now)
    await bookkeeping.touch(work, row.conversation_id)
    return Changed(
        invitation_id=invitation_id,
        conversation_id=row.conversation_id,
        participant_id=participant.id,
        collaboration_id=collaboration_id,
    )


async def _take_on(work: UnitOfWork, actor: Actor, policy: Policy) -> None:
    a, limit = agents.c, policy.collaborations_per_agent
    counted = await work.change(
        sa.update(agents)
        .where(a.id == actor.id, a.collaborations < limit)
        .values(collaborations=a.collaborations + 1)
    )
    if not counted:
        row = await first(work, sa.select(a.collaborations).where(a.id == actor.id))
        raise InviteeAtCapacity(
            f"You are in {row.collaborations} collaborations; {limit} at once are allowed.",
            limit=limit,
            current=row.collaborations,
        )


async def _open_collaboration(
    work: UnitOfWork, invitation: Any, policy: Policy, now: datetime
) -> UUID:
    c, conversation_id = collaborations.c, invitation.conversation_id
    ongoing = sa.select(c.id).where(c.conversation_id == conversation_id, c.ended_at.is_(None))
    if row := await first(work, ongoing):
        found: UUID = row.id
        return found
    await _count_in_organization(work, invitation.organization_id, policy)
    opened = Collaboration(id=new_id(), conversation_id=conversation_id, opened_at=now)
    await work.add(opened)
    work.record(CollaborationStarted(opened.id), conversation_stream(conversation_id))
    await idleness.watch(work, conversation_id, now)
    return opened.id


async def _count_in_organization(work: UnitOfWork, organization_id: UUID, policy: Policy) -> None:
    """Let one more collaboration begin while there may be: the condition in the UPDATE decides."""
    o, limit = organizations.c, policy.collaborations_per_organization
    counted = await work.change(
        sa.update(organizations)
        .where(o.id == organization_id, o.collaborations < limit)
        .values(collaborations=o.collaborations + 1)
    )
    if not counted:
        row = await first(work, sa.select(o.collaborations).where(o.id == organization_id))
        raise organization_full(Seats(row.collaborations, limit))


async def _join(
    work: UnitOfWork, invitation: Any, collaboration_id: UUID, now: datetime
) -> Participant:
    participant = Participant(
        id=new_id(),
        organization_id=invitation.organization_id,
        conversation_id=invitation.conversation_id,
        agent_id=invitation.invitee_id,
        invitation_id=invitation.id,
        collaboration_id=collaboration_id,
        role=invitation.role,
        level=invitation.level,
        ends_at=invitation.ends_at,
        joined_at=now,
    )
    await work.add(participant)
    if invitation.ends_at is not None:
        await bookkeeping.schedule(
            work,
            DeadlineKind.PERIOD_ENDS,
            participant.id,
            participant.conversation_id,
            invitation.ends_at,
        )
    streams = conversation_stream(participant.conversation_id), inbox(participant.agent_id)
    work.record(ParticipantJoined(participant.id), *streams)
    return participant


async def decline_invitation(
    work: UnitOfWork,
    asker: Asker,
    invitation_id: UUID,
    reason: DeclineReason | None,
    comment: str | None,
) -> Changed:
    comment = text.optional(comment, text.REASON, "input", "comment")
    await access.invitation_to_answer(work, asker, invitation_id)
    await invitation_endings.end_invitation(
        work,
        invitation_id,
        InvitationAction.DECLINE,
        decline_reason=reason,
        decline_comment=comment,
    )
    return Changed(invitation_id=invitation_id)


async def revoke_invitation(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Changed:
    seen = await access.invitation_to_revoke(work, asker, invitation_id)
    if seen.inviter_id != asker.actor.id:
        raise NotPermitted("Only the one who sent an invitation can revoke it.")
    await invitation_endings.end_invitation(work, invitation_id, InvitationAction.REVOKE)
    await invitation_endings.revoke_group(work, seen.group_id)
    return Changed(invitation_id=invitation_id)
