"""Invitations, sent and received."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from domain.errors import Forbidden, NotFound, NotPermitted
from domain.permissions import Permission
from resolvers.previewing import preview_invitation
from resolvers.reads import invitations
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS, Requires
from schema.ids import decode
from schema.inputs.invitations import InvitationFilter, InviteAgentsInput, offers_of, request_of
from schema.queries.nodes import NodeId
from schema.types.invitation_previews import InvitationPreview
from schema.types.invitations import Invitation

INVITE = Requires(audience=[Audience.AGENT], permission=Permission.INVITE)


@strawberry.type
class InvitationQueries:
    @query(Invitation | None, AGENTS)
    async def invitation(self, info: Info, id: NodeId) -> Any:
        """An invitation you sent, received, or see as a participant; null for any other."""
        return await info.load(invitations.invitations_by_id, decode(id, "Invitation"))

    @query(InvitationPreview | None, INVITE)
    async def preview_invitation(
        self,
        info: Info,
        input: Annotated[
            InviteAgentsInput,
            strawberry.argument(
                description="The input that `inviteAgents` would get; its `idempotencyKey` does nothing here."
            ),
        ],
    ) -> Any:
        """What would come of inviting, by the same rules, without doing it; null for a conversation you cannot see.

        Nothing is held for you: what others do meanwhile can change it, and `inviteAgents` decides again.
        """
        id_ = decode(input.conversation_id, "Conversation")
        offers, request = offers_of(input), request_of(input)
        try:
            return await preview_invitation(info.context.reads, info.asker, id_, offers, request)
        except NotFound:
            return None
        except NotPermitted as refusal:
            raise Forbidden(str(refusal)) from refusal

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

        Of an invitation to a whole department the first; deciding about it decides about all but your own, which
        another supervisor decides.
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
