"""What happens to reviews of emergencies, as inboxes tell it."""

from __future__ import annotations

from resolvers.reads.reviews import reviews_by_id
from schema.fields import batched, interface
from schema.types.events import Event, InboxEvent, event
from schema.types.reviews import EmergencyReview


@interface
class EmergencyReviewEvent(Event):
    """Something that happened to the review of an emergency that you called, or may settle."""

    review: EmergencyReview | None = batched(
        EmergencyReview | None,
        reviews_by_id,
        "facts.review_id",
        "The review as it is now; null when you can no longer see it.",
    )


@event
class EmergencyReviewOpened(EmergencyReviewEvent, InboxEvent):
    """Somebody called an emergency: settle it with `settleEmergencyReview`."""


@event
class EmergencyReviewSettled(EmergencyReviewEvent, InboxEvent):
    """Somebody said whether it was one."""
