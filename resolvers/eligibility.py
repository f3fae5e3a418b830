"""Who can be invited, with every reason against it, for lists of colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.actors import Actor
from domain.conversations import check_open
from domain.eligibility import Candidate, Judge, Seats
from domain.errors import NotFound, Refusal
from domain.invitations import needs_approval
from domain.permissions import Permission, check_permits
from domain.policies import collaborator_limit
from models.database import Reads
from resolvers import access
from resolvers.candidates import (
    Circumstances,
    Place,
    candidates,
    circumstances,
    circumstances_at,
    inviter_of,
)
from resolvers.reads.agents import AgentView, EligibilityView
from resolvers.reads.conversations import ConversationView
from resolvers.reads.paging import PageView


async def with_eligibility(
    reads: Reads, actor: Actor, conversation_id: UUID, page: PageView[AgentView]
) -> PageView[AgentView]:
    """Add to each agent of a page whether they can be invited into the conversation now: two statements for all."""
    ids = [agent.id for agent in page.nodes]
    around, place = await circumstances_at(reads, actor, conversation_id, ids)
    try:
        seats = _seats_to_give(around, place)
    except Refusal as refusal:
        against = EligibilityView([refusal.reason])
        return page.map(lambda agent: agent.with_eligibility(against))
    found = _judged(actor, around, await candidates(reads, actor, conversation_id, ids), seats)
    return page.map(lambda agent: agent.with_eligibility(found[agent.id]))


def _seats_to_give(around: Circumstances, place: Place | None) -> Seats:
    """Return the seats of a conversation that the asker may invite into, or refuse."""
    if place is None:
        raise NotFound(access.GONE)
    check_open(place.status)
    check_permits(place.level, Permission.INVITE)
    return Seats(place.seats_taken, collaborator_limit(around.policy, place.classes))


async def eligibilities(
    reads: Reads, actor: Actor, here: ConversationView, agent_ids: Sequence[UUID]
) -> Mapping[UUID, EligibilityView]:
    """Return for each colleague every reason against inviting them where the asker may invite, in two statements."""
    around = await circumstances(reads, actor, here.id, agent_ids)
    seats = Seats(here.seats_taken, collaborator_limit(around.policy, here.classes))
    found = await candidates(reads, actor, here.id, agent_ids)
    return _judged(actor, around, found, seats)


def _judged(
    actor: Actor, around: Circumstances, found: Mapping[UUID, Candidate], seats: Seats
) -> Mapping[UUID, EligibilityView]:
    judge = Judge(around.policy, inviter_of(actor), seats, around.organization, around.sent)
    judged = {}
    for agent_id, candidate in found.items():
        kind, refusals = judge.kind_of(candidate), judge.against(candidate)
        reasons = [each.reason for each in refusals]
        judged[agent_id] = EligibilityView(reasons, kind, needs_approval(kind))
    return judged
