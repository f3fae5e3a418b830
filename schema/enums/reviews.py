"""The enums of reviews."""

from __future__ import annotations

from domain.reviews import EmergencyVerdict
from schema.enums.publishing import publish

publish(
    EmergencyVerdict,
    "What a review of an emergency found.",
    JUSTIFIED="It was an emergency.",
    UNJUSTIFIED="It was none: the usual way would have done.",
)
