"""What an organization's rules advise in a conversation, each with the people who could be invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationClass
from domain.errors import ExternalNotPermitted, Reason
from domain.invitations import InvitationKind
from domain.invite_rules import InviteRule, Situation, applies
from domain.policies import Policy
from domain.recommendations import Colleague, Relevance, Relevances, Score, ranked
from models.conversations import conversations, customers
from models.database import Reads, first
from resolvers.eligibility import eligibilities
from resolvers.reads.agents import EligibilityView
from resolvers.reads.conversations import ConversationView
from resolvers.reads.invite_rules import InviteRuleView, invite_rules_of
from resolvers.reads.organizations import policy_of
from resolvers.reads.recommendations import Lexicon, colleagues_knowing, lexicon_of, text_of
from resolvers.recommendations import Ranking, RecommendationView
from resolvers.words import phrase_of, words_of

BEST = 3  # how many are suggested for each rule, beyond those it asks for
CONSIDERED = 10
UNSAID = 0.5  # how relevant a wanted skill is that the text does not speak of


@dataclass(frozen=True)
class InviteSuggestionView:
    rule: InviteRuleView
    candidates: Sequence[RecommendationView]

    @property
    def rule_id(self) -> UUID:
        return self.rule.id


@dataclass(frozen=True)
class Advice:
    """The rules that apply, and for each the people it looks for, the best first."""

    lexicon: Lexicon
    policy: Policy
    rankings: Sequence[tuple[InviteRuleView, Ranking]]

    @property
    def considered(self) -> list[UUID]:
        """Return those whose eligibility has to be known."""
        best = [score for _, ranking in self.rankings for score in ranking.scores[:CONSIDERED]]
        return list({score.colleague.agent_id: None for score in best})


async def suggest(reads: Reads, actor: Actor, here: ConversationView) -> list[InviteSuggestionView]:
    """Return what the rules advise now; a rule that finds nobody is told without candidates."""
    advice = await advise(reads, actor, here.id, here.organization_id)
    found = await eligibilities(reads, actor, here, advice.considered)
    against = {agent_id: reasons_of(view) for agent_id, view in found.items()}
    return [
        InviteSuggestionView(rule, [ranking.view(each) for each in able(rule, ranking, against)])
        for rule, ranking in advice.rankings
    ]


def reasons_of(view: EligibilityView) -> Sequence[Reason]:
    """Return what stands against inviting by a rule: outside experts come as guests, which no rule invites."""
    if view.kind is InvitationKind.EXTERNAL_EXPERT and not view.reasons:
        return [ExternalNotPermitted("Rules invite colleagues; invite a guest yourself.").reason]
    return view.reasons


def able(
    rule: InviteRule, ranking: Ranking, against: Mapping[UUID, Sequence[Reason]]
) -> list[Score]:
    """Return the best of a rule against whom nothing stands."""
    best = ranking.scores[:CONSIDERED]
    free = [score for score in best if not against.get(score.colleague.agent_id, [True])]
    return free[: max(BEST, rule.people)]


async def advise(
    reads: Reads, actor: Actor, conversation_id: UUID, organization_id: UUID
) -> Advice:
    rules = await invite_rules_of(reads, organization_id)
    lexicon = await lexicon_of(reads, organization_id)
    text = await text_of(reads, conversation_id)
    relevant = lexicon.relevances(text)
    situation = await _situation(reads, conversation_id, lexicon, relevant, words_of(text))
    matching = [rule for rule in rules if applies(rule, situation)]
    wanted = {rule.slug: _wanted(rule, lexicon, relevant) for rule in matching}
    skill_ids = list({skill_id for each in wanted.values() for skill_id in each})
    people = await colleagues_knowing(reads, actor, skill_ids) if skill_ids else []
    policy = await policy_of(reads, organization_id)
    rankings = []
    for rule in matching:
        about = wanted[rule.slug]
        fitting = [who for each in people if (who := _fit(rule, about, each)).skills]
        fitting = [who for who in fitting if rule.wanted_role in {None, who.role}]
        scores = ranked(fitting, about, policy)
        rankings.append((rule, Ranking(scores, about, lexicon, policy)))
    return Advice(lexicon, policy, rankings)


def _wanted(rule: InviteRule, lexicon: Lexicon, relevant: Relevances) -> Relevances:
    """Return the skills that a rule looks for: those of its topic, else what the text is about, else any."""
    if rule.wanted_topic is None and relevant:
        return relevant
    of_topic = [
        skill_id for skill_id, topic in lexicon.topics.items() if rule.wanted_topic in {None, topic}
    ]
    said = [skill_id for skill_id in relevant if skill_id in set(of_topic)]
    ordered = [*said, *(skill_id for skill_id in of_topic if skill_id not in relevant)]
    return {skill_id: relevant.get(skill_id, Relevance(UNSAID)) for skill_id in ordered}


def _fit(rule: InviteRule, about: Relevances, who: Colleague) -> Colleague:
    """Return a colleague with only those skills that the rule looks for, at the level it asks for."""
    skills = [f for f in who.skills if f.skill_id in about and f.level >= rule.least_level]
    return who._replace(skills=skills)


async def _situation(
    reads: Reads,
    conversation_id: UUID,
    lexicon: Lexicon,
    relevant: Relevances,
    words: frozenset[str],
) -> Situation:
    u, c = customers.c, conversations.c
    row: Any = await first(
        reads,
        sa.select(u.tier, u.churn_risk, u.opportunity, c.classes)
        .join_from(conversations, customers)
        .where(c.id == conversation_id),
    )
    topics: dict[str, float] = {}
    for skill_id, relevance in relevant.items():
        if topic := lexicon.topics[skill_id]:
            topics[topic] = max(topics.get(topic, 0.0), relevance.weight)
    classes: frozenset[ConversationClass] = row.classes

    def says(word: str) -> bool:
        return phrase_of(word) <= words

    return Situation(topics, says, row.tier, row.churn_risk, row.opportunity, classes)
