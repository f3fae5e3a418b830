"""Recommending colleagues for a conversation: the best who can be invited now, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.actors import Actor
from domain.errors import Reason
from domain.policies import Policy
from domain.recommendations import (
    RecommendationFactor,
    Relevance,
    Relevances,
    Score,
    ranked,
    sentence,
    weights_of,
)
from models.database import Reads
from resolvers.eligibility import eligibilities
from resolvers.reads.conversations import ConversationView
from resolvers.reads.organizations import policy_of
from resolvers.reads.recommendations import (
    Lexicon,
    colleagues_knowing,
    lexicon_of,
    text_of,
)

CHUNKS = (40, 400, 10_000)  # how many are asked for their eligibility at once, the best first


@dataclass(frozen=True)
class FactorScoreView:
    factor: RecommendationFactor
    score: float
    weight: int


@dataclass(frozen=True)
class MatchedSkillView:
    """A skill that the text is about, with the keywords that say so; `level` is one person's."""

    skill_id: UUID
    relevance: float
    keywords: Sequence[str]
    level: int | None = None


@dataclass(frozen=True)
class RecommendationView:
    agent_id: UUID
    score: float
    factors: Sequence[FactorScoreView]
    matched_skills: Sequence[MatchedSkillView]
    reason: str


@dataclass(frozen=True)
class LeftOutView:
    agent_id: UUID
    score: float
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class RecommendationsView:
    skills: Sequence[MatchedSkillView]
    candidates: Sequence[RecommendationView]
    left_out: Sequence[LeftOutView]


@dataclass(frozen=True)
class Ranking:
    """Everybody who could help, the best first, before anybody's eligibility is asked."""

    scores: Sequence[Score]
    relevant: Relevances
    lexicon: Lexicon
    policy: Policy

    def view(self, score: Score) -> RecommendationView:
        who, weights = score.colleague, weights_of(self.policy)
        return RecommendationView(
            who.agent_id,
            score.total,
            [FactorScoreView(each, value, weights[each]) for each, value in score.factors.items()],
            [matched(f.skill_id, self.relevant[f.skill_id], f.level) for f in who.skills],
            sentence(who, self.lexicon.names, self.policy.collaborations_per_agent),
        )


def matched(skill_id: UUID, relevance: Relevance, level: int | None = None) -> MatchedSkillView:
    return MatchedSkillView(skill_id, relevance.weight, relevance.keywords, level)


async def recommend(
    reads: Reads, actor: Actor, here: ConversationView, text: str | None, first: int
) -> RecommendationsView:
    """Return the best for a text, or for what the conversation itself says."""
    lexicon = await lexicon_of(reads, here.organization_id)
    relevant = lexicon.relevances(text or await text_of(reads, here.id))
    policy = await policy_of(reads, here.organization_id)
    colleagues = await colleagues_knowing(reads, actor, list(relevant))
    ranking = Ranking(ranked(colleagues, relevant, policy), relevant, lexicon, policy)
    best, left_out = await sifted(reads, actor, here, ranking, first)
    about = [matched(skill_id, each) for skill_id, each in relevant.items()]
    return RecommendationsView(about, [ranking.view(each) for each in best], left_out)


async def sifted(
    reads: Reads, actor: Actor, here: ConversationView, ranking: Ranking, wanted: int
) -> tuple[list[Score], list[LeftOutView]]:
    """Go down the ranking until enough can be invited; those who cannot are told with every reason."""
    best: list[Score] = []
    left_out: list[LeftOutView] = []
    begin = 0
    for size in CHUNKS:
        chunk = ranking.scores[begin : begin + size]
        begin += size
        if len(best) >= wanted or not chunk:
            break
        ids = [score.colleague.agent_id for score in chunk]
        found = await eligibilities(reads, actor, here, ids)
        for score in chunk:
            if len(best) >= wanted:
                break
            judged = found.get(score.colleague.agent_id)  # None for who was retired meanwhile
            if judged and judged.reasons:
                left_out.append(LeftOutView(score.colleague.agent_id, score.total, judged.reasons))
            elif judged:
                best.append(score)
    return best, left_out[:wanted]
