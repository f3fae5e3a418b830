"""What waits for a decision about something sensitive."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.reads import authorizations
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, paged, query
from schema.guards import AGENTS
from schema.types.authorizations import Authorization


@strawberry.type
class AuthorizationQueries:
    @query(Connection[Authorization], AGENTS)
    async def pending_authorizations(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """What waits for your decision, the longest waiting first; `inbox` tells of it live. Empty for those who decide nothing."""
        page = paged(info, first, after, last, before)
        context = info.context
        return await authorizations.pending_authorizations(context.reads, context.known, page)
