"""Who can be invited, with every reason against it: for lists of colleagues and for inviting alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, Asker
from domain.conversations import check_open
from domain.errors import Refusal
from domain.invitations import OPEN, Candidate, Inviter, Seats, reasons_against
from domain.permissions import Permission, check_permits
from domain.policies import Policy, collaborator_limit
from models.agents import agents
from models.conversations import participants
from models.database import Query, Reads
from models.invitations import invitations
from models.organizations import departments
from models.visibility import current_presence, current_status, is_present
from resolvers import access
from resolvers.reads.agents import AgentView
from resolvers.reads.conversations import ConversationView
from resolvers.reads.organizations import policy_of
from resolvers.reads.paging import PageView


def _candidates(actor: Actor, conversation_id: UUID, agent_ids: Sequence[UUID]) -> Query:
    a, p, i = agents.c, participants.c, invitations.c
    takes_part = sa.exists().where(
        p.conversation_id == conversation_id, p.agent_id == a.id, is_present()
    )
    invited = sa.exists().where(
        i.conversation_id == conversation_id, i.invitee_id == a.id, current_status().in_(OPEN)
    )
    return (
        sa.select(
            a.id,
            a.department_id,
            departments.c.external,
            current_presence(),
            a.collaborations,
            takes_part,
            invited,
        )
        .join_from(agents, departments)
        .where(a.id.in_(agent_ids), a.organization_id == actor.organization_id, a.active)
    )


async def candidates(
    reads: Reads, actor: Actor, conversation_id: UUID, agent_ids: Sequence[UUID]
) -> Mapping[UUID, Candidate]:
    """Return what decides about each colleague; unknown ones are left out."""
    rows = await reads.all(_candidates(actor, conversation_id, agent_ids))
    return {row[0]: Candidate(*row) for row in rows}


async def with_eligibility(
    reads: Reads, actor: Actor, conversation_id: UUID, page: PageView[AgentView]
) -> PageView[AgentView]:
    """Add to each agent of a page whether they can be invited into the conversation now."""
    try:
        here = await access.conversation_to_read(reads, Asker(actor), conversation_id)
        check_open(here.status)
        check_permits(here.viewer_level, Permission.INVITE)
    except Refusal as refusal:
        against = [refusal]
        return page.map(lambda agent: agent.with_eligibility(against))
    policy = await policy_of(reads, actor.organization_id)
    found = await refusals_of(reads, actor, here, policy, [agent.id for agent in page.nodes])
    return page.map(lambda agent: agent.with_eligibility(found[agent.id]))


async def refusals_of(
    reads: Reads, actor: Actor, here: ConversationView, policy: Policy, agent_ids: Sequence[UUID]
) -> Mapping[UUID, list[Refusal]]:
    """Return every reason against inviting each colleague into a conversation that the asker may invite into."""
    seats = Seats(here.seats_taken, collaborator_limit(policy, here.classes))
    found = await candidates(reads, actor, here.id, agent_ids)
    assert actor.role, "agents have a role"
    inviter = Inviter(actor.id, actor.department_id, actor.role)
    return {
        agent_id: reasons_against(policy, inviter, candidate, seats)
        for agent_id, candidate in found.items()
    }
