"""Who could help, how sure that is, and why."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.errors import BadUserInput
from domain.recommendations import MOST, RecommendationFactor
from resolvers.reads.agents import agents_by_id
from resolvers.reads.organizations import skills_by_id
from resolvers.recommendations import LeftOutView, RecommendationView
from schema.costs import Cost
from schema.fields import batched, field, output
from schema.types.errors import UserError
from schema.types.node import AgentRef
from schema.types.organizations import Skill

RANKING = Cost(weight=20)
HowMany = Annotated[
    int, strawberry.argument(description=f"How many, 1 to {MOST}. More is refused.")
]


def how_many(first: int) -> int:
    if not 1 <= first <= MOST:
        raise BadUserInput(f"Ask for 1 to {MOST}; {first} were asked for.")
    return first


@output()
class FactorScore:
    """One of the four things that a recommendation weighs."""

    factor: RecommendationFactor = field("Which one.")
    score: float = field("How well the colleague does in it: 0 to 1.")
    weight: int = field("How much it counts, in percent; set in the organization's policy.")


@output()
class MatchedSkill:
    """A skill that the text is about."""

    skill: Skill = batched(Skill, skills_by_id, "skill_id", "The skill.")
    relevance: float = field("How much the text is about it: 1 for the skill it is most about.")
    keywords: list[str] = field("The skill's keywords and names that the text holds.")
    level: int | None = field(
        "How good the colleague is at it, 1 to 5; null where nobody is meant."
    )


@output(RecommendationView)
class Recommendation:
    """A colleague who could help and can be invited now."""

    agent: AgentRef = batched(AgentRef, agents_by_id, "agent_id", "Who is meant.")
    score: float = field("The weighted sum of the factors: 0 to 1.")
    factors: list[FactorScore] = field("What the score is made of.")
    matched_skills: list[MatchedSkill] = field(
        "What the colleague knows of what the text is about, the most relevant first."
    )
    reason: str = field("Why, in a sentence.")


@output(LeftOutView)
class LeftOut:
    """A colleague who could help, but cannot be invited now."""

    agent: AgentRef = batched(AgentRef, agents_by_id, "agent_id", "Who is meant.")
    score: float = field("What the score would be: 0 to 1.")
    reasons: list[UserError] = field("Everything that stands against it, all at once.")


@output()
class Recommendations:
    """Whom to invite, as far as words, skills, earlier success, load and presence tell."""

    skills: list[MatchedSkill] = field(
        "What the text is about, the most relevant skill first; empty when no keyword matched: then the candidates "
        "are those who are there and have least to do."
    )
    candidates: list[Recommendation] = field("Who can be invited now, the best first.")
    left_out: list[LeftOut] = field(
        "Who ranks among the candidates but cannot be invited, the best first; as many as were asked for at most."
    )
