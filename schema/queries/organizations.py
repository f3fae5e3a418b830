"""The organization: departments, skills."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.reads import organizations
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, paged, query
from schema.guards import COLLEAGUES
from schema.types.organizations import Department, Skill


@strawberry.type
class OrganizationQueries:
    @query(Connection[Department], COLLEAGUES)
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

    @query(Connection[Skill], COLLEAGUES)
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
