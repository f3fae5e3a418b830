"""Who could help best: one score per factor, from words, skills, earlier success, load and presence.

Words go in, scores come out; where the words come from is not known here. Every score is between 0 and 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from operator import mul
from typing import NamedTuple
from uuid import UUID

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import CollaborationOutcome
from domain.permissions import ParticipantRole
from domain.policies import Policy

MOST = 20
USUAL = 5


class RecommendationFactor(StrEnum):
    SKILL = "SKILL"
    HISTORY = "HISTORY"
    LOAD = "LOAD"
    AVAILABILITY = "AVAILABILITY"


AVAILABILITY = {
    AgentPresence.ONLINE: 1.0,
    AgentPresence.BUSY: 0.5,
    AgentPresence.AWAY: 0.3,
    AgentPresence.DO_NOT_DISTURB: 0.0,
    AgentPresence.OFFLINE: 0.0,
}

# How much of a success each outcome is. Without an outcome nothing is learned.
SUCCESS = {
    CollaborationOutcome.RESOLVED: 1.0,
    CollaborationOutcome.PARTLY_RESOLVED: 0.5,
    CollaborationOutcome.UNRESOLVED: 0.0,
    CollaborationOutcome.ESCALATED: 0.0,
}
# Whoever only watches or writes down neither succeeds nor fails.
BYSTANDERS = frozenset({ParticipantRole.OBSERVER, ParticipantRole.SCRIBE})

HIGHEST_LEVEL = 5
NAME_WEIGHT = 0.5  # a word of a skill's name says less than a keyword chosen for it
LEAST_RELEVANCE = 0.25
LEAST_SUBJECT = 0.5  # how relevant a skill must be for success on it to be remembered
FURTHER_SKILL = 0.2  # what a second matching skill adds to the best one
# Somebody without a history counts as if this many collaborations had gone as they usually do.
PRIOR_COLLABORATIONS = 4
PRIOR_SUCCESS = 0.6


class Keyword(NamedTuple):
    """`words` are those that a text must hold; `weight` is what the keyword counts."""

    skill_id: UUID
    text: str
    words: frozenset[str]
    weight: float = 1.0


@dataclass(frozen=True)
class Relevance:
    """How much a text is about a skill, and the keywords that say so."""

    weight: float
    keywords: Sequence[str] = ()


Relevances = Mapping[UUID, Relevance]


class SkillFact(NamedTuple):
    """One relevant skill of an agent: the level, collaborations on it, and how many of them succeeded."""

    skill_id: UUID
    level: int
    tried: int
    solved: float


class Colleague(NamedTuple):
    agent_id: UUID
    presence: AgentPresence
    collaborations: int
    skills: Sequence[SkillFact]
    role: OrganizationRole = OrganizationRole.AGENT


class Score(NamedTuple):
    """`parts` are the scores of the factors in their order."""

    colleague: Colleague
    total: float
    parts: tuple[float, float, float, float]

    @property
    def factors(self) -> Mapping[RecommendationFactor, float]:
        return dict(zip(RecommendationFactor, self.parts, strict=True))


def relevances(keywords: Collection[Keyword], words: frozenset[str]) -> dict[UUID, Relevance]:
    """Return the skills that a text is about; the one it is most about has the weight 1.

    A keyword of several skills counts less for each; one of several words counts more.
    """
    holders = Counter(
        each for _, each in {(keyword.skill_id, keyword.words) for keyword in keywords}
    )
    mass: dict[UUID, float] = {}
    said: dict[UUID, list[str]] = {}
    for skill_id, text, parts, weight in keywords:
        if parts and parts <= words:
            counts = weight * sqrt(len(parts)) / holders[parts]
            mass[skill_id] = mass.get(skill_id, 0.0) + counts
            said.setdefault(skill_id, []).append(text)
    most = max(mass.values(), default=1.0)
    return {
        skill_id: Relevance(counts / most, said[skill_id])
        for skill_id, counts in sorted(mass.items(), key=lambda item: -item[1])
        if counts / most >= LEAST_RELEVANCE
    }


def ranked(colleagues: Sequence[Colleague], relevant: Relevances, policy: Policy) -> list[Score]:
    """Return the colleagues' scores, the best first; the same input always gives the same order."""
    usual = usual_success(colleagues)
    weights = tuple(weight / 100 for weight in weights_of(policy).values())
    capacity = policy.collaborations_per_agent
    scores = []
    for colleague in colleagues:
        skill, history = _skill_and_history(colleague.skills, relevant, usual)
        load = max(0.0, 1 - colleague.collaborations / capacity)
        parts = (skill, history, load, AVAILABILITY[colleague.presence])
        scores.append(Score(colleague, sum(map(mul, weights, parts)), parts))
    return sorted(scores, key=lambda score: (-score.total, score.colleague.agent_id))


def usual_success(colleagues: Iterable[Colleague]) -> Mapping[UUID, float]:
    """Return how often collaborations on each skill succeed, whoever helped."""
    tried: dict[UUID, float] = {}
    solved: dict[UUID, float] = {}
    for colleague in colleagues:
        for fact in colleague.skills:
            if fact.tried:
                tried[fact.skill_id] = tried.get(fact.skill_id, 0) + fact.tried
                solved[fact.skill_id] = solved.get(fact.skill_id, 0) + fact.solved
    return {
        skill_id: _smoothed(solved[skill_id], n, PRIOR_SUCCESS) for skill_id, n in tried.items()
    }


def _smoothed(solved: float, tried: float, expected: float) -> float:
    return (solved + PRIOR_COLLABORATIONS * expected) / (tried + PRIOR_COLLABORATIONS)


def _skill_and_history(
    facts: Sequence[SkillFact], relevant: Relevances, usual: Mapping[UUID, float]
) -> tuple[float, float]:
    """The best matching skill counts in full and each other a little; history counts by relevance."""
    best = total = history = weight = 0.0
    for skill_id, level, tried, solved in facts:
        relevance = relevant[skill_id].weight
        fit = relevance * level / HIGHEST_LEVEL
        best, total, weight = max(best, fit), total + fit, weight + relevance
        expected = usual.get(skill_id, PRIOR_SUCCESS)
        history += relevance * (_smoothed(solved, tried, expected) if tried else expected)
    skill = min(1.0, best + FURTHER_SKILL * (total - best))
    return skill, history / weight if weight else PRIOR_SUCCESS


def weights_of(policy: Policy) -> Mapping[RecommendationFactor, int]:
    """Return what each factor counts, in percent."""
    return {
        RecommendationFactor.SKILL: policy.skill_weight,
        RecommendationFactor.HISTORY: policy.history_weight,
        RecommendationFactor.LOAD: policy.load_weight,
        RecommendationFactor.AVAILABILITY: policy.availability_weight,
    }


def sentence(colleague: Colleague, names: Mapping[UUID, str], capacity: int) -> str:
    """Return why this colleague was recommended, for a person."""
    tried = sum(fact.tried for fact in colleague.skills)
    solved = sum(fact.solved for fact in colleague.skills)
    said = [
        ", ".join(f"{names[fact.skill_id]} {fact.level} of 5" for fact in colleague.skills)
        or "no skill matches the words",
        f"{solved:g} of {tried} collaborations on it succeeded" if tried else "",
        f"in {colleague.collaborations} of {capacity} collaborations now",
        colleague.presence.replace("_", " ").lower(),
    ]
    told = "; ".join(part for part in said if part)
    return f"{told[0].upper()}{told[1:]}."
