"""What reviewing emergencies takes."""

from __future__ import annotations

import strawberry

from domain import text
from domain.reviews import EmergencyVerdict
from schema.inputs.fields import input_type, key, optional, value


@input_type
class EmergencyReviewFilter:
    """Which reviews."""

    settled: bool | None = optional(
        "True: settled ones. Null: all. Those that wait unless said.", False
    )


@input_type
class SettleEmergencyReviewInput:
    """Say whether it was an emergency."""

    review_id: strawberry.ID = value("Which review; not of an emergency that you called.")
    verdict: EmergencyVerdict = value("What you found.")
    comment: str = value(
        f"Why, told to the inviter and all who could have settled it. At most {text.REASON} characters."
    )
    idempotency_key: str | None = key()
