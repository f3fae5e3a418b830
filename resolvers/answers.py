"""What ends an invitation by hand: accepting, declining, revoking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Actor, Asker
from domain.deadlines import DeadlineKind
from domain.eligibility import Seats, organization_full
from domain.errors import (
    InviteeAtCapacity,
    NotPermitted,
)
from domain.events import CollaborationStarted, ParticipantJoined
from domain.ids import new_id
from domain.invitations import DeclineReason, InvitationAction
from domain.streams import conversation_stream, inbox
from models.agents import agents
from models.conversations import Collaboration, Participant
from models.database import first
from models.organizations import organizations
from models.prepared import Prepared, prepared
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, idleness, invitation_endings
from resolvers.changes import Changed
from resolvers.grounds import Grounds, around
from resolvers.reads.policies import highest_since


async def accept_invitation(work: UnitOfWork, asker: Asker, invitation_id: UUID) -> Changed:
    """Join: invitation, participant, seat, collaboration and events in one transaction."""
    here = await access.invitation_to_answer(work, asker, invitation_id)
    grounds = await around(work, here.conversation_id)
    row = await invitation_endings.end_invitation(work, invitation_id, InvitationAction.ACCEPT)
    rules = Rules(grounds, row.sent_at)
    await _take_on(work, asker.actor, rules)
    collaboration_id = grounds.collaboration_id or await _open_collaboration(work, here, rules)
    participant = await _join(work, row, collaboration_id, here.now)
    await bookkeeping.touch(work, here.conversation_id)
    return Changed(
        invitation_id=invitation_id,
        conversation_id=here.conversation_id,
        participant_id=participant.id,
        collaboration_id=collaboration_id,
    )


def _count(of: sa.Table) -> Prepared[Any]:
    """Prepare to count one more collaboration while there may be: the condition in the UPDATE decides."""
    t = of.c
    return prepared(
        lambda _, key, limit: (
            sa.update(of)
            .where(t.id == key, t.collaborations < limit)
            .values(collaborations=t.collaborations + 1)
            .returning(t.id)
        )
    )


COUNT_FOR_AGENT, COUNT_FOR_ORGANIZATION = _count(agents), _count(organizations)


@dataclass(frozen=True)
class Rules:
    """What holds for who accepts: a limit that was lowered since they were invited is not held against them."""

    grounds: Grounds
    sent_at: datetime

    async def room(self, work: UnitOfWork, count: Prepared[Any], key: UUID, limit: str) -> bool:
        """Count one more collaboration while the limit of that name allows it."""
        most: int = getattr(self.grounds.policy, limit)
        if await work.decide(count, key=key, limit=most):
            return True
        before = await highest_since(work, self.grounds.organization_id, limit, self.sent_at)
        return before > most and bool(await work.decide(count, key=key, limit=before))


async def _take_on(work: UnitOfWork, actor: Actor, rules: Rules) -> None:
    a, limit = agents.c, rules.grounds.policy.collaborations_per_agent
    if not await rules.room(work, COUNT_FOR_AGENT, actor.id, "collaborations_per_agent"):
        row = await first(work, sa.select(a.collaborations).where(a.id == actor.id))
        raise InviteeAtCapacity(
            f"You are in {row.collaborations} collaborations; {limit} at once are allowed.",
            limit=limit,
            current=row.collaborations,
        )


async def _open_collaboration(work: UnitOfWork, here: access.Answering, rules: Rules) -> UUID:
    await _count_in_organization(work, rules)
    opened = Collaboration(id=new_id(), conversation_id=here.conversation_id, opened_at=here.now)
    await work.add(opened)
    work.record(CollaborationStarted(opened.id), conversation_stream(here.conversation_id))
    await idleness.watch(work, here.conversation_id, rules.grounds.policy, here.now)
    return opened.id


async def _count_in_organization(work: UnitOfWork, rules: Rules) -> None:
    o, name, ours = organizations.c, "collaborations_per_organization", rules.grounds
    if not await rules.room(work, COUNT_FOR_ORGANIZATION, ours.organization_id, name):
        row = await first(work, sa.select(o.collaborations).where(o.id == ours.organization_id))
        raise organization_full(Seats(row.collaborations, getattr(ours.policy, name)))


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
