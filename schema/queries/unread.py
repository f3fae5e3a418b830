"""How much waits for the asker."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import strawberry

from resolvers.reads.invitations import pending_of
from resolvers.reads.unread import unread_of
from schema.context import Info
from schema.fields import query
from schema.guards import AGENTS
from schema.types.unread import UnreadCounts


@strawberry.type
class UnreadQueries:
    @query(UnreadCounts, AGENTS)
    async def unread_counts(self, info: Info) -> Any:
        """How much waits for you. Ask again when `inbox` or a conversation tells of something; `markRead` begins anew."""
        reads, actor = info.context.reads, info.context.known
        return SimpleNamespace(
            invitations=len(await pending_of(reads, actor)),
            conversations=list((await unread_of(reads, actor)).values()),
        )
