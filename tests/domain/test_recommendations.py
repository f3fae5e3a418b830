"""R9, R27, R28, R29, R30: the arithmetic of recommending."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.agents import AgentPresence
from domain.conversations import CollaborationOutcome
from domain.policies import Policy
from domain.recommendations import (
    SUCCESS,
    Colleague,
    Keyword,
    RecommendationFactor,
    Relevance,
    SkillFact,
    ranked,
    relevances,
    sentence,
    usual_success,
)

API, SQL, TAX = UUID(int=1), UUID(int=2), UUID(int=3)
ABOUT_API = {API: Relevance(1.0)}
POLICY = Policy()


def keyword(skill_id: UUID, *words: str) -> Keyword:
    return Keyword(skill_id, " ".join(words), frozenset(words))


def colleague(
    number: int,
    *skills: SkillFact,
    presence: AgentPresence = AgentPresence.ONLINE,
    collaborations: int = 0,
) -> Colleague:
    return Colleague(UUID(int=number), presence, collaborations, skills)


def order(*colleagues: Colleague, policy: Policy = POLICY) -> list[int]:
    return [score.colleague.agent_id.int for score in ranked(colleagues, ABOUT_API, policy)]


def at(level: int, tried: int = 0, solved: float = 0.0) -> SkillFact:
    return SkillFact(API, level, tried, solved)


def test_the_skill_with_most_words_is_most_relevant() -> None:
    keywords = [keyword(API, "api"), keyword(API, "timeout"), keyword(SQL, "index")]
    found = relevances(keywords, frozenset({"api", "timeout", "index"}))
    assert list(found) == [API, SQL]
    assert found[API] == Relevance(1.0, ["api", "timeout"])
    assert found[SQL].weight == 0.5


def test_a_word_of_several_skills_counts_less_and_a_phrase_more() -> None:
    keywords = [keyword(API, "push"), keyword(SQL, "push"), keyword(SQL, "slow", "query")]
    found = relevances(keywords, frozenset({"push", "slow", "query"}))
    assert found[SQL].weight == 1.0
    assert found[API].weight == pytest.approx(0.5 / (0.5 + 2**0.5), rel=0.01)


def test_a_phrase_needs_all_its_words_and_faint_skills_are_left_out() -> None:
    assert relevances([keyword(API, "slow", "query")], frozenset({"slow"})) == {}
    many = [keyword(API, word) for word in "abcde"]
    assert list(relevances([*many, keyword(TAX, "tax")], frozenset("abcde") | {"tax"})) == [API]
    assert relevances([], frozenset({"x"})) == {}


def test_each_factor_decides_when_the_others_are_equal() -> None:
    assert order(colleague(1, at(3)), colleague(2, at(5))) == [2, 1]
    assert order(colleague(1, at(4, 10, 2)), colleague(2, at(4, 10, 9))) == [2, 1]
    assert order(colleague(1, at(4), collaborations=4), colleague(2, at(4))) == [2, 1]
    busy = colleague(1, at(4), presence=AgentPresence.BUSY)
    away = colleague(2, at(4), presence=AgentPresence.AWAY)
    assert order(away, busy, colleague(3, at(4))) == [3, 1, 2]


def test_the_weights_are_policy() -> None:
    expert = colleague(1, at(5), collaborations=4)
    beginner = colleague(2, at(1))
    assert order(expert, beginner) == [1, 2]
    idle_first = Policy(skill_weight=10, history_weight=0, load_weight=80, availability_weight=10)
    assert order(expert, beginner, policy=idle_first) == [2, 1]


def test_scores_are_the_weighted_sum_of_what_is_told() -> None:
    (score,) = ranked([colleague(1, at(4, 4, 4), collaborations=1)], ABOUT_API, POLICY)
    assert score.factors[RecommendationFactor.SKILL] == pytest.approx(0.8)
    assert score.factors[RecommendationFactor.LOAD] == pytest.approx(0.8)
    assert score.factors[RecommendationFactor.AVAILABILITY] == 1.0
    history = score.factors[RecommendationFactor.HISTORY]
    assert score.total == pytest.approx(0.4 * 0.8 + 0.3 * history + 0.2 * 0.8 + 0.1)


def test_one_success_does_not_beat_many() -> None:
    """Smoothed: one of one is less sure than nineteen of twenty; none of none is as usual."""
    lucky, proven, new = colleague(1, at(4, 1, 1)), colleague(2, at(4, 20, 19)), colleague(3, at(4))
    assert order(lucky, proven, new) == [2, 1, 3]
    failed = colleague(4, at(4, 1, 0))
    assert order(lucky, new, failed) == [1, 3, 4]


def test_what_is_usual_is_learned_by_subject() -> None:
    hard = SkillFact(SQL, 5, 20, 2.0)
    usual = usual_success([colleague(1, at(5, 20, 18), hard)])
    assert usual[API] == pytest.approx((18 + 2.4) / 24)
    assert usual[SQL] == pytest.approx((2 + 2.4) / 24)
    assert usual_success([colleague(1, at(5))]) == {}


def test_the_best_skill_counts_in_full_and_others_a_little() -> None:
    about = {API: Relevance(1.0), SQL: Relevance(0.5)}
    both = colleague(1, at(4), SkillFact(SQL, 4, 0, 0.0))
    one = colleague(2, at(4))
    first, second = ranked([both, one], about, POLICY)
    assert first.factors[RecommendationFactor.SKILL] == pytest.approx(0.8 + 0.2 * 0.4)
    assert second.factors[RecommendationFactor.SKILL] == pytest.approx(0.8)


def test_equals_keep_an_order_and_overload_is_no_debt() -> None:
    assert order(colleague(2, at(3)), colleague(1, at(3))) == [1, 2]
    (score,) = ranked([colleague(1, at(3), collaborations=9)], ABOUT_API, POLICY)
    assert score.factors[RecommendationFactor.LOAD] == 0.0


def test_every_outcome_counts_and_every_sentence_says_why() -> None:
    assert set(SUCCESS) == set(CollaborationOutcome)
    proven = colleague(1, at(5, 4, 2.5), collaborations=1)
    told = sentence(proven, {API: "API"}, 5)
    assert (
        told
        == "API 5 of 5; 2.5 of 4 collaborations on it succeeded; in 1 of 5 collaborations now; online."
    )
    unknown = colleague(1, presence=AgentPresence.DO_NOT_DISTURB)
    assert sentence(unknown, {}, 5) == (
        "No skill matches the words; in 0 of 5 collaborations now; do not disturb."
    )
