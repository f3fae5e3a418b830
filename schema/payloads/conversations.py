"""What mutations of conversations answer."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.reads.messages import messages_by_id
from resolvers.reads.stages import stages_by_id
from schema.fields import batched, computed, output
from schema.ids import encode
from schema.payloads.base import CollaborationPayload, ConversationPayload
from schema.types.messages import CustomerMessage
from schema.types.stages import ServiceStage


@output()
class EndCollaborationPayload(CollaborationPayload):
    """The outcome of ending a collaboration."""


@output()
class CloseConversationPayload(CollaborationPayload):
    """The outcome of closing. You, the last primary, can still read the conversation."""


@output()
class PauseConversationPayload(ConversationPayload):
    """The outcome of pausing."""

    message: CustomerMessage | None = batched(
        CustomerMessage | None,
        messages_by_id,
        "changed.message_id",
        "The notice as the customer reads it; null on refusal.",
    )


@output()
class ResumeConversationPayload(ConversationPayload):
    """The outcome of resuming."""


@output()
class AdvanceStagePayload(ConversationPayload):
    """The outcome of moving on to the next stage."""

    stage: ServiceStage | None = batched(
        ServiceStage | None, stages_by_id, "changed.stage_id", "The stage; null on refusal."
    )


@output()
class OpenConversationPayload(ConversationPayload):
    """The outcome of opening a conversation. An integration gets the id only: it sees no content."""

    @computed(strawberry.ID | None)
    def conversation_id(self: Any) -> Any:
        """The conversation's id, to relay for the customer and to sign the customer's token."""
        return self.changed.conversation_id and encode("Conversation", self.changed.conversation_id)
