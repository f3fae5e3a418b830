"""The rules of collaboration, and how they came about."""

from __future__ import annotations

from typing import Any

import strawberry

from domain.actors import Audience, OrganizationRight
from resolvers.reads import policies
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, paged, query
from schema.guards import COLLEAGUES, Requires
from schema.types.policies import CollaborationPolicy, PolicyChange

MANAGERS = Requires(audience=[Audience.AGENT], right=OrganizationRight.MANAGE_POLICY)


@strawberry.type
class PolicyQueries:
    @query(CollaborationPolicy, COLLEAGUES)
    async def collaboration_policy(self, info: Info) -> Any:
        """The rules of collaboration in your organization."""
        return await policies.current_policy(info.context.reads, info.context.known.organization_id)

    @query(Connection[PolicyChange], MANAGERS)
    async def policy_changes(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """How the rules of collaboration were changed, the latest first."""
        page = paged(info, first, after, last, before)
        return await policies.policy_history(info.context.reads, info.context.known, page)
