"""The organization: departments, skills, policy."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.reads import organizations
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, paged, query
from schema.guards import AGENTS
from schema.types.organizations import CollaborationPolicy, Department, Skill


@strawberry.type
class OrganizationQueries:
    @query(Connection[Department], AGENTS)
    async def departments(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """The departments of your organization, by name."""
        page = paged(info, first, after, last, before)
        return await organizations.list_departments(info.context.reads, info.context.known, page)

    @query(Connection[Skill], AGENTS)
    async def skills(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """The skills of your organization, by name."""
        page = paged(info, first, after, last, before)
        return await organizations.list_skills(info.context.reads, info.context.known, page)

    @query(CollaborationPolicy, AGENTS)
    async def collaboration_policy(self, info: Info) -> Any:
        """The rules of collaboration in your organization."""
        return await organizations.policy_of(info.context.reads, info.context.known.organization_id)
