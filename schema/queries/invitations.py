"""Invitations, sent and received."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from resolvers.reads import invitations
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.invitations import InvitationFilter
from schema.queries.nodes import NodeId
from schema.types.invitations import Invitation


@strawberry.type
class InvitationQueries:
    @query(Invitation | None, AGENTS)
    async def invitation(self, info: Info, id: NodeId) -> Any:
        """An invitation you sent, received, or see as a participant; null for any other."""
        return await info.context.load(invitations.invitations_by_id, decode(id, "Invitation"))

    @query(Connection[Invitation], AGENTS)
    async def pending_approvals(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Invitations into departments you supervise that wait for your decision, the oldest first.

        Of an invitation to a whole department the first; deciding about it decides about all.
        """
        page = paged(info, first, after, last, before)
        return await invitations.pending_approvals(info.context.reads, info.context.known, page)

    @query(Connection[Invitation], AGENTS)
    async def my_invitations(
        self,
        info: Info,
        where: Annotated[
            InvitationFilter | None,
            strawberry.argument(description="Which ones; received ones unless said."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Your own invitations, the newest first."""
        chosen = given(where) or InvitationFilter()
        return await invitations.my_invitations(
            info.context.reads,
            info.context.known,
            chosen.direction,
            given(chosen.statuses),
            paged(info, first, after, last, before),
        )
