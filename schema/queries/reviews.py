"""Emergencies that wait for a review, and those that had theirs."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from resolvers.reads.reviews import list_reviews
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS
from schema.inputs.reviews import EmergencyReviewFilter
from schema.types.reviews import EmergencyReview


@strawberry.type
class ReviewQueries:
    @query(Connection[EmergencyReview], AGENTS)
    async def emergency_reviews(
        self,
        info: Info,
        where: Annotated[
            EmergencyReviewFilter | None,
            strawberry.argument(description="Which ones; those that wait unless said."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Emergencies that you oversee or have called, the longest waiting first; `inbox` tells of them live.

        Each emergency invitation leaves one, and it waits until a supervisor of the inviter's department or an admin has
        settled it. Whom an emergency called has no part in its review and does not find it here.
        """
        chosen = given(where) or EmergencyReviewFilter()
        page = paged(info, first, after, last, before)
        context = info.context
        return await list_reviews(context.reads, context.known, chosen.settled, page)
