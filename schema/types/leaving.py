"""What leaving would bring about, and what is kept of everybody who ever took part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.permissions import ParticipantRole
from resolvers.leaving import LeavePreview as LeavePreviewView
from resolvers.reads.conversations import collaborations_of
from resolvers.reads.events import PEOPLE, history_of
from resolvers.reads.invitations import invitations_by_id, invitations_of
from resolvers.reads.participants import participants_of
from schema.connections import Connection
from schema.context import Info
from schema.fields import batched, batched_page, computed, field, output
from schema.types.collaborations import Collaboration
from schema.types.conversations import Conversation
from schema.types.errors import UserError
from schema.types.invitations import Invitation
from schema.types.node import EventRef
from schema.types.participants import Participant
from schema.types.unread import ConversationUnread


@output(LeavePreviewView)
class LeavePreview:
    """What leaving would bring about: show it when you ask the person whether they are sure."""

    can_leave: bool = field("True when nothing stands against it.")
    reasons: list[UserError] = field(
        "Everything that stands against it, like PRIMARY_MUST_TRANSFER."
    )
    role: ParticipantRole = field("The role in which you take part.")
    ends_collaboration: bool = field("You are the last collaborator: the collaboration would end.")
    last_of_role: bool = field("Nobody else takes part in your role.")
    unread: ConversationUnread = field("What you have not read.")
    unused_suggestions: int = field("How many replies you suggested that nobody has used.")
    customer_asked_at: datetime | None = field(
        "When the customer asked what nobody has answered yet; null when the service has replied since. The notice of a pause is no reply."
    )

    @computed(list[Invitation])
    async def canceled_invitations(self: Any, info: Info) -> Any:
        """Open invitations that you sent: they would be canceled."""
        ids = self.invitation_ids
        found = [await info.context.load(invitations_by_id, id_) for id_ in ids]
        return [each for each in found if each is not None]


@output()
class CollaborationHistory:
    """Everything that is kept of how people worked together in a conversation; nothing of it is ever deleted."""

    collaborations: list[Collaboration] = batched(
        list[Collaboration],
        collaborations_of,
        "id",
        "The groups that worked here, the first first.",
    )
    participants: Connection[Participant] = batched_page(
        Connection[Participant],
        lambda reads, actor, ids, page: participants_of(reads, actor, ids, page, True),
        "id",
        "Every part anybody ever took, with role, level, times, the reason for leaving and contributions.",
    )
    invitations: Connection[Invitation] = batched_page(
        Connection[Invitation],
        lambda reads, actor, ids, page: invitations_of(reads, actor, ids, page, None),
        "id",
        "Every invitation, whatever came of it, the newest first; none but your own from outside.",
    )
    events: Connection[EventRef] = batched_page(
        Connection[EventRef],
        lambda reads, actor, ids, page: history_of(reads, actor, ids, page, PEOPLE),
        "id",
        "What happened to people and levels, oldest first; none from outside.",
    )

    @computed(Conversation)
    def conversation(self: Any) -> Any:
        """Where it was."""
        return self
