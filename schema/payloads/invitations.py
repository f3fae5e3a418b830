"""What mutations of invitations answer."""

from __future__ import annotations

import asyncio
from typing import Any

from resolvers.changes import Invited
from resolvers.reads.agents import agents_by_id
from resolvers.reads.invitations import invitations_by_id
from resolvers.reads.organizations import departments_by_id
from schema.context import Info
from schema.fields import batched, computed, field, output
from schema.payloads.base import (
    CollaborationPayload,
    ConversationPayload,
    InvitationPayload,
    ParticipantPayload,
)
from schema.scalars import Cursor
from schema.types.agents import Agent
from schema.types.errors import UserError
from schema.types.invitations import Invitation
from schema.types.organizations import Department


@output(Invited)
class InviteResult:
    """The outcome for one target: a colleague, or a department."""

    invitee: Agent | None = batched(
        Agent | None,
        agents_by_id,
        "agent_id",
        "The colleague you named; null for a department, and when there is no such colleague.",
    )
    department: Department | None = batched(
        Department | None,
        departments_by_id,
        "department_id",
        "The department you named; null for a colleague.",
    )
    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "invitation_id",
        "What was sent, to a department the first of it; null when refused.",
    )

    @computed(list[Invitation])
    async def invitations(self: Any, info: Info) -> Any:
        """Everything that was sent: one, or of a department one to each who was asked."""
        loading = (info.context.load(invitations_by_id, id_) for id_ in self.invitation_ids)
        return [found for found in await asyncio.gather(*loading) if found]

    errors: list[UserError] = field("Every reason against it, all at once; empty when it was sent.")


@output()
class InviteAgentsPayload(ConversationPayload):
    """The outcome of inviting, a result per invitee. One refusal does not stop the others."""

    @computed(list[InviteResult])
    def results(self: Any) -> Any:
        """A result per invitee in the order of the input; empty when the request as a whole was refused."""
        return self.changed.invited


@output()
class AcceptInvitationPayload(InvitationPayload, ParticipantPayload, CollaborationPayload):
    """The outcome of accepting: you take part from now on."""

    @computed(Cursor | None)
    def cursor(self: Any) -> Any:
        """Where the conversation's events stand after your joining: subscribe from here without a gap."""
        return self.changed.cursor


@output()
class DeclineInvitationPayload(InvitationPayload):
    """The outcome of declining."""


@output()
class DeferInvitationPayload(InvitationPayload):
    """The outcome of putting an invitation off."""


@output()
class ApproveInvitationPayload(InvitationPayload):
    """The outcome of approving."""


@output()
class RejectInvitationPayload(InvitationPayload):
    """The outcome of rejecting."""


@output()
class RevokeInvitationPayload(InvitationPayload):
    """The outcome of revoking."""
