"""Before leaving, and long after."""

from __future__ import annotations

from typing import Any

import strawberry

from domain.actors import Audience
from domain.errors import Forbidden, NotFound, NotPermitted
from domain.permissions import Permission
from resolvers import leaving
from resolvers.reads.conversations import conversations_by_id
from schema.context import Info
from schema.fields import query
from schema.guards import AGENTS, Requires
from schema.ids import decode
from schema.subscriptions import Where
from schema.types.leaving import CollaborationHistory, LeavePreview

VIEW = Requires(audience=[Audience.AGENT], permission=Permission.VIEW_CONVERSATION)


@strawberry.type
class LeavingQueries:
    @query(LeavePreview | None, VIEW)
    async def preview_leave(self, info: Info, conversation_id: Where) -> Any:
        """What would stay undone if you left a conversation now. Ask it before `leaveConversation`."""
        id_ = decode(conversation_id, "Conversation")
        try:
            return await leaving.preview_leave(info.context.reads, info.asker, id_)
        except NotFound:
            return None
        except NotPermitted as refusal:
            raise Forbidden(str(refusal)) from refusal

    @query(CollaborationHistory | None, AGENTS)
    async def collaboration_history(self, info: Info, conversation_id: Where) -> Any:
        """Who ever took part in a conversation, how, how long and why no longer. Null for one you cannot see."""
        id_ = decode(conversation_id, "Conversation")
        return await info.context.load(conversations_by_id, id_)
