"""Reviewing emergencies."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from resolvers.reviews import settle_review
from schema.context import Info
from schema.fields import mutation
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.reviews import SettleEmergencyReviewInput
from schema.payloads.reviews import SettleEmergencyReviewPayload
from schema.performing import perform


@strawberry.type
class ReviewMutations:
    @mutation(SettleEmergencyReviewPayload, AGENTS)
    async def settle_emergency_review(
        self,
        info: Info,
        input: Annotated[
            SettleEmergencyReviewInput,
            strawberry.argument(description="Which review, and what you found."),
        ],
    ) -> Any:
        """Settle the review that an emergency has left, once. The inviter hears of it.

        For supervisors of the inviter's department and admins, never for the inviter (NOT_PERMITTED), nor for anybody whom
        the emergency called (NOT_FOUND). REVIEW_NOT_PENDING when somebody was faster.
        """
        id_ = decode(input.review_id, "EmergencyReview")
        return await perform(
            info,
            input,
            lambda work, asker: settle_review(work, asker, id_, input.verdict, input.comment),
        )
