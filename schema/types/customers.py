"""What customers see: types of their own, from which no path leads to an agent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from domain.conversations import ConversationStatus, MessageAuthor
from resolvers.reads.messages import transcript
from schema.connections import Connection
from schema.context import Info
from schema.fields import After, Before, First, Last, computed, field, output, paged
from schema.ids import encode
from schema.types.organizations import ServiceIdentity


@output()
class TranscriptMessage:
    """A message of the conversation as its customer sees it."""

    author: MessageAuthor = field("You, or the service.")
    text: str = field("What was said.")
    sent_at: datetime = field("When.")

    @computed(strawberry.ID)
    def id(self: Any) -> Any:
        """Opaque and stable."""
        return encode("TranscriptMessage", self.id)


@output()
class CustomerConversation:
    """Your conversation with the service. Whoever serves you, you talk with one identity."""

    status: ConversationStatus = field("Whether it goes on.")
    opened_at: datetime = field("When it began.")
    closed_at: datetime | None = field("When it was closed; null while it goes on.")
    resumes_at: datetime | None = field("When the service goes on, while it is paused.")
    service_identity: ServiceIdentity = field("Whom you talk with.")

    @computed(strawberry.ID)
    def id(self: Any) -> Any:
        """Opaque and stable."""
        return encode("CustomerConversation", self.id)

    @computed(Connection[TranscriptMessage])
    async def messages(
        self: Any,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """What was said, oldest first; `last: 20` gives the newest."""
        page = paged(info, first, after, last, before)
        return await transcript(info.context.reads, info.context.known, page)
