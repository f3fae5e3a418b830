"""Who of some people is best for what a conversation is about, by the scores that recommendations have."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.recommendations import ranked
from models.database import Reads
from resolvers.reads.organizations import policy_of
from resolvers.reads.recommendations import colleagues_among, lexicon_of, text_of


async def best_of(
    reads: Reads, organization_id: UUID, conversation_id: UUID, agent_ids: Sequence[UUID]
) -> UUID:
    """Return the best, of equals the first that was named."""
    lexicon = await lexicon_of(reads, organization_id)
    relevant = lexicon.relevances(await text_of(reads, conversation_id))
    policy = await policy_of(reads, organization_id)
    people = await colleagues_among(reads, agent_ids, list(relevant))
    scores = {each.colleague.agent_id: each.total for each in ranked(people, relevant, policy)}
    return max(agent_ids, key=scores.__getitem__)
