"""Whom to ask instead, when an invitation came to nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationStatus
from domain.invitations import InvitationStatus
from domain.permissions import Permission, permits
from domain.recommendations import Colleague, Relevances, ranked
from models.database import Reads
from models.invitations import invitations
from models.visibility import current_status, invitation_visible
from resolvers.eligibility import eligibilities
from resolvers.reads.conversations import ConversationView, conversations_by_id
from resolvers.reads.organizations import policy_of
from resolvers.reads.recommendations import colleagues_knowing, lexicon_of
from resolvers.recommendations import Ranking, RecommendationView

CONSIDERED = 10  # how many more than asked for may turn out not to be free

i = invitations.c
FAILED = (InvitationStatus.DECLINED, InvitationStatus.EXPIRED, InvitationStatus.REJECTED)


async def next_best(
    reads: Reads, actor: Actor, invitation_ids: Sequence[UUID], first: int
) -> Mapping[UUID, list[RecommendationView]]:
    """Return for each failed invitation of the asker who is best now; whoever failed them there is not asked again."""
    sent = await _failed(reads, actor, i.id.in_(invitation_ids))
    here = await _open(reads, actor, {row.conversation_id for row in sent})
    sent = [row for row in sent if row.conversation_id in here]
    if not sent:
        return {}
    lexicon = await lexicon_of(reads, actor.organization_id)
    about = {
        row.id: lexicon.relevances(f"{here[row.conversation_id].subject}\n{row.background or ''}")
        for row in sent
    }
    failed = await _failed(reads, actor, i.conversation_id.in_(list(here)))
    refused = {(row.conversation_id, row.invitee_id) for row in failed}
    skill_ids = list({skill_id: None for relevant in about.values() for skill_id in relevant})
    people = await colleagues_knowing(reads, actor, skill_ids)
    policy = await policy_of(reads, actor.organization_id)
    rankings: dict[UUID, dict[UUID, Ranking]] = {}
    for row in sent:
        others = [who for who in people if (row.conversation_id, who.agent_id) not in refused]
        relevant = about[row.id]
        scores = ranked(_knowing(others, relevant), relevant, policy)
        of_conversation = rankings.setdefault(row.conversation_id, {})
        of_conversation[row.id] = Ranking(scores, relevant, lexicon, policy)
    found: dict[UUID, list[RecommendationView]] = {}
    for conversation_id, theirs in rankings.items():
        found |= await _chosen(reads, actor, here[conversation_id], theirs, first)
    return found


async def _chosen(
    reads: Reads,
    actor: Actor,
    here: ConversationView,
    rankings: Mapping[UUID, Ranking],
    first: int,
) -> dict[UUID, list[RecommendationView]]:
    """Choose the best who can be invited into one conversation, for each of its invitations."""
    best = {key: ranking.scores[: first + CONSIDERED] for key, ranking in rankings.items()}
    ids = list({each.colleague.agent_id: None for scores in best.values() for each in scores})
    found = await eligibilities(reads, actor, here, ids)
    free = {agent_id for agent_id, view in found.items() if view.can_invite}
    return {
        key: [rankings[key].view(each) for each in scores if each.colleague.agent_id in free][
            :first
        ]
        for key, scores in best.items()
    }


async def _failed(reads: Reads, actor: Actor, wanted: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Return the asker's own invitations that came to nothing."""
    return await reads.all(
        sa.select(i.id, i.conversation_id, i.invitee_id, i.background).where(
            wanted,
            invitation_visible(actor),
            i.inviter_id == actor.id,
            current_status().in_(FAILED),
        )
    )


async def _open(
    reads: Reads, actor: Actor, ids: Collection[UUID]
) -> Mapping[UUID, ConversationView]:
    """Return the conversations into which the asker can still invite."""
    found = await conversations_by_id(reads, actor, list(ids))
    return {
        id_: view
        for id_, view in found.items()
        if view.status is ConversationStatus.OPEN and permits(view.viewer_level, Permission.INVITE)
    }


def _knowing(people: Sequence[Colleague], relevant: Relevances) -> list[Colleague]:
    """Return those who know what one text is about, each with what they know of it."""
    if not relevant:
        return list(people)
    fitting = (
        who._replace(skills=[fact for fact in who.skills if fact.skill_id in relevant])
        for who in people
    )
    return [who for who in fitting if who.skills]
