"""The enums of recommendations."""

from __future__ import annotations

from domain.invite_rules import InviteUrgency
from domain.recommendations import RecommendationFactor
from schema.enums.publishing import publish

publish(
    RecommendationFactor,
    "What a recommendation weighs.",
    SKILL="How well skills and keywords fit the text, by level.",
    HISTORY="How often collaborations on the same subject succeeded; who has no history yet counts as usual.",
    LOAD="How many more collaborations the colleague could take on.",
    AVAILABILITY="Presence: online before busy before away.",
)
publish(
    InviteUrgency,
    "How soon to invite.",
    NORMAL="When it suits.",
    SOON="Before the next answer.",
    IMMEDIATE="At once.",
)
