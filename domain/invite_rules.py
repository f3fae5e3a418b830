"""When to invite whom: rules that name a situation, the people who help in it, and how to ask them.

These are the rules of an organization that set none of its own; a row with the same slug takes a rule's place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass, CustomerTier
from domain.errors import InvalidInput
from domain.invitations import CollaborationType
from domain.permissions import ParticipantRole

LEAST_TOPIC = 0.5  # how much a text must be about a topic
MOST_PEOPLE = 5


class InviteUrgency(StrEnum):
    NORMAL = "NORMAL"
    SOON = "SOON"
    IMMEDIATE = "IMMEDIATE"


@dataclass(frozen=True)
class InviteRule:
    """What is set of `topic` to `words` must all hold; `wanted_...` and `least_level` say whom to look for.

    Without a wanted topic: people who know what the text is about. `words`: one of them must be said.
    """

    slug: str
    position: int
    reason: str
    topic: str | None = None
    tier: CustomerTier | None = None
    churn_risk: bool = False
    opportunity: bool = False
    conversation_class: ConversationClass | None = None
    words: tuple[str, ...] = ()
    wanted_topic: str | None = None
    wanted_role: OrganizationRole | None = None
    least_level: int = 1
    people: int = 1
    role: ParticipantRole = ParticipantRole.EXPERT
    type: CollaborationType = CollaborationType.EXPERT_SUPPORT
    urgency: InviteUrgency = InviteUrgency.NORMAL
    automatic: bool = False
    enabled: bool = True


EMOTIONS = ("愤怒", "生气", "气人", "太差", "受不了", "furious", "angry", "unacceptable", "worst")
HASTE = (
    "今天",
    "本周",
    "尽快",
    "截止",
    "马上",
    "today",
    "this week",
    "deadline",
    "asap",
    "tomorrow",
)

USUAL_RULES = (
    InviteRule(
        "technical",
        10,
        "A technical problem is solved sooner by somebody who knows this part of the product.",
        topic="technical",
        wanted_topic="technical",
    ),
    InviteRule(
        "business",
        20,
        "Prices, contracts and bills are answered by those who may commit to an answer.",
        topic="business",
        wanted_topic="business",
    ),
    InviteRule(
        "complaint",
        30,
        "A complaint about service or quality needs a supervisor who can decide what to offer.",
        topic="complaint",
        wanted_topic="complaint",
        wanted_role=OrganizationRole.SUPERVISOR,
        role=ParticipantRole.SUPERVISOR,
        type=CollaborationType.QUALITY_SUPERVISION,
        urgency=InviteUrgency.SOON,
    ),
    InviteRule(
        "sales",
        40,
        "Demonstrations, tailored solutions and negotiations are led by sales experts.",
        topic="sales",
        wanted_topic="sales",
    ),
    InviteRule(
        "vip",
        50,
        "A VIP customer is served by several people from the start.",
        tier=CustomerTier.VIP,
        people=2,
        urgency=InviteUrgency.IMMEDIATE,
    ),
    InviteRule(
        "new-customer",
        60,
        "A new customer's first contact goes better with an experienced colleague beside you.",
        tier=CustomerTier.NEW,
        least_level=4,
        role=ParticipantRole.COACH,
        type=CollaborationType.COACHING,
    ),
    InviteRule(
        "churn-risk",
        70,
        "This customer may leave: a retention expert knows what can be offered.",
        churn_risk=True,
        wanted_topic="retention",
        urgency=InviteUrgency.SOON,
    ),
    InviteRule(
        "leaving",
        71,
        "The customer speaks of leaving: a retention expert knows what can be offered.",
        topic="retention",
        wanted_topic="retention",
        urgency=InviteUrgency.SOON,
    ),
    InviteRule(
        "opportunity",
        80,
        "A sales opportunity was seen with this customer: let sales follow it up.",
        opportunity=True,
        wanted_topic="sales",
    ),
    InviteRule(
        "urgent-failure",
        90,
        "A failure hits the customer's business: the most capable technical expert, at once.",
        topic="technical",
        conversation_class=ConversationClass.URGENT,
        wanted_topic="technical",
        least_level=4,
        urgency=InviteUrgency.IMMEDIATE,
    ),
    InviteRule(
        "escalated-complaint",
        100,
        "The complaint has escalated: somebody experienced in handling complaints, at once.",
        conversation_class=ConversationClass.COMPLAINT,
        wanted_topic="complaint",
        least_level=4,
        urgency=InviteUrgency.IMMEDIATE,
    ),
    InviteRule(
        "emotions",
        101,
        "Emotions run high: somebody experienced in handling complaints calms the conversation.",
        words=EMOTIONS,
        wanted_topic="complaint",
        least_level=4,
        urgency=InviteUrgency.IMMEDIATE,
    ),
    InviteRule(
        "timely-opportunity",
        110,
        "The opportunity will not wait: sales support, quickly.",
        opportunity=True,
        words=HASTE,
        wanted_topic="sales",
        urgency=InviteUrgency.IMMEDIATE,
    ),
    InviteRule(
        "legal-risk",
        120,
        "A question of law or compliance: let legal professionals see it before you answer.",
        topic="legal",
        wanted_topic="legal",
        urgency=InviteUrgency.IMMEDIATE,
    ),
)


@dataclass(frozen=True)
class Situation:
    """What a conversation is like. `topics` tells how much it is about each; `says` whether a word is said in it."""

    topics: Mapping[str, float]
    says: Callable[[str], bool]
    tier: CustomerTier
    churn_risk: bool
    opportunity: bool
    classes: Collection[ConversationClass]


def applies(rule: InviteRule, situation: Situation) -> bool:
    """Tell whether the situation is the one that the rule names."""
    return (
        rule.enabled
        and (rule.topic is None or situation.topics.get(rule.topic, 0) >= LEAST_TOPIC)
        and rule.tier in {None, situation.tier}
        and (situation.churn_risk or not rule.churn_risk)
        and (situation.opportunity or not rule.opportunity)
        and (rule.conversation_class is None or rule.conversation_class in situation.classes)
        and (not rule.words or any(map(situation.says, rule.words)))
    )


def effective(own: Collection[InviteRule]) -> list[InviteRule]:
    """Return an organization's rules: its own, and the usual ones it did not replace."""
    rules = {rule.slug: rule for rule in (*USUAL_RULES, *own)}
    return sorted(rules.values(), key=lambda rule: (rule.position, rule.slug))


BOUNDS = {"people": MOST_PEOPLE, "least_level": 5}


def check_settings(settings: Mapping[str, Any]) -> None:
    """Refuse what a rule cannot be set to."""
    for name, value in settings.items():
        if value is None:
            raise InvalidInput(
                "A setting cannot be empty; leave it out to keep it as it is.",
                path=["input", published(name)],
            )
    for name, most in BOUNDS.items():
        if not 1 <= settings.get(name, 1) <= most:
            raise InvalidInput(f"This can be 1 to {most}.", path=["input", published(name)])


def published(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
