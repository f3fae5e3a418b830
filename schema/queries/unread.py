"""How much waits for the asker, and how they want to be told."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.reads.notifications import preferences_of
from resolvers.reads.unread import unread_counts
from schema.context import Info
from schema.fields import query
from schema.guards import AGENTS
from schema.types.notices import NotificationPreferences
from schema.types.unread import UnreadCounts


@strawberry.type
class UnreadQueries:
    @query(UnreadCounts, AGENTS)
    async def unread_counts(self, info: Info) -> Any:
        """How much waits for you. Ask again when `inbox` or a conversation tells of something; `markRead` begins anew."""
        return await unread_counts(info.context.reads, info.context.known)

    @query(NotificationPreferences, AGENTS)
    async def notification_preferences(self, info: Info) -> Any:
        """How you want to be told: channels by kind of notice, language, quiet hours."""
        return await info.context.load(preferences_of, info.context.known.id)
