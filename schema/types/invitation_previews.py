"""What would come of inviting, told before anything is sent."""

from __future__ import annotations

import asyncio
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from domain.invitations import InvitationKind
from resolvers.previewing import InvitationPreview as InvitationPreviewView
from resolvers.previewing import InviteePreview as InviteePreviewView
from resolvers.reads.agents import agents_by_id
from resolvers.reads.organizations import departments_by_id
from schema.context import Info
from schema.fields import batched, computed, field, output
from schema.types.agents import Agent
from schema.types.conversations import Seats
from schema.types.errors import UserError
from schema.types.organizations import Department


@output(InviteePreviewView)
class InviteePreview:
    """What would come of one target: a colleague, or a department."""

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
    can_invite: bool = field("True when nothing stands against it.")
    reasons: list[UserError] = field(
        "Everything that stands against it, all at once: what `inviteAgents` would answer now."
    )
    kind: InvitationKind | None = field(
        "Which rules the invitation would follow; null when it cannot be sent."
    )
    approval_needed: bool = field(
        "Whether a supervisor of the invitee's department would have to approve it first."
    )
    expires_at: datetime | None = field(
        "Until when it could be answered, or be decided where approval is needed, if it was sent now; null when it "
        "cannot be sent."
    )

    @computed(list[Agent])
    async def would_ask(self: Any, info: Info) -> Any:
        """Who would be asked: the colleague, or those of the department who can be; nobody when it cannot be sent."""
        loading = (info.context.load(agents_by_id, id_) for id_ in self.agent_ids)
        return [found for found in await asyncio.gather(*loading) if found]


@output(InvitationPreviewView)
class InvitationPreview:
    """What `inviteAgents` would do with the same input, now. Nothing was sent, held or written."""

    reasons: list[UserError] = field(
        "What stands against the request as a whole, like CONVERSATION_CLOSED; then `invitees` is empty."
    )
    invitees: list[InviteePreview] = field(
        "What would come of each target, in the order of the input. One that can be invited counts against the next."
    )
    seats_left: int = field("How many seats would be left after inviting all who can be invited.")

    @computed(Seats)
    def seats(self: Any) -> Any:
        """The places for collaborators as they are now."""
        return SimpleNamespace(taken=self.seats_taken, limit=self.seat_limit)
