"""What mutations of reviews answer."""

from __future__ import annotations

from resolvers.reads.reviews import reviews_by_id
from schema.fields import batched, output
from schema.payloads.base import Payload
from schema.types.reviews import EmergencyReview


@output()
class SettleEmergencyReviewPayload(Payload):
    """The outcome of settling."""

    review: EmergencyReview | None = batched(
        EmergencyReview | None,
        reviews_by_id,
        "changed.review_id",
        "The review as it is now; null on refusal.",
    )
