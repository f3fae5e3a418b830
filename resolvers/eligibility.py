"""Who can be invited, with every reason against it, for lists of colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.actors import Actor, Asker
from domain.conversations import check_open
from domain.eligibility import Seats, kind_of, reasons_against
from domain.errors import Refusal
from domain.invitations import needs_approval
from domain.permissions import Permission, check_permits
from domain.policies import collaborator_limit
from models.database import Reads
from resolvers import access
from resolvers.candidates import candidates, circumstances, inviter_of
from resolvers.reads.agents import AgentView, EligibilityView
from resolvers.reads.conversations import ConversationView
from resolvers.reads.paging import PageView


async def with_eligibility(
    reads: Reads, actor: Actor, conversation_id: UUID, page: PageView[AgentView]
) -> PageView[AgentView]:
    """Add to each agent of a page whether they can be invited into the conversation now."""
    try:
        here = await access.conversation_to_read(reads, Asker(actor), conversation_id)
        check_open(here.status)
        check_permits(here.viewer_level, Permission.INVITE)
    except Refusal as refusal:
        against = EligibilityView([refusal.reason])
        return page.map(lambda agent: agent.with_eligibility(against))
    found = await eligibilities(reads, actor, here, [agent.id for agent in page.nodes])
    return page.map(lambda agent: agent.with_eligibility(found[agent.id]))


async def eligibilities(
    reads: Reads, actor: Actor, here: ConversationView, agent_ids: Sequence[UUID]
) -> Mapping[UUID, EligibilityView]:
    """Return for each colleague every reason against inviting them where the asker may invite, in two statements."""
    around = await circumstances(reads, actor, here.id, agent_ids)
    found = await candidates(reads, actor, here.id, agent_ids)
    seats = Seats(here.seats_taken, collaborator_limit(around.policy, here.classes))
    judged, inviter = {}, inviter_of(actor)
    for agent_id, candidate in found.items():
        kind = kind_of(inviter, candidate, emergency=False)
        refusals: list[Refusal] = reasons_against(
            around.policy, inviter, candidate, seats, around.organization, around.sent
        )
        reasons = [each.reason for each in refusals]
        judged[agent_id] = EligibilityView(reasons, kind, needs_approval(kind))
    return judged
