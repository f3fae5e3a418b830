"""Collaborations: the groups that work together."""

from __future__ import annotations

from datetime import datetime

from domain.conversations import (
    CollaborationOutcome,
)
from resolvers.reads.conversations import (
    CollaborationView,
    conversations_by_id,
)
from resolvers.reads.participants import members_of
from schema.fields import (
    Sight,
    batched,
    field,
    output,
)
from schema.guards import AGENTS
from schema.types.node import (
    ConversationRef,
    Node,
    ParticipantRef,
)


@output(CollaborationView, AGENTS)
class Collaboration(Node):
    """The group that works together in a conversation, from the first acceptance to its end."""

    opened_at: datetime = field("When the first colleague joined.")
    ended_at: datetime | None = field("When it ended; null while it goes on.")
    outcome: CollaborationOutcome | None = field(
        "How it ended; null while it goes on, and when the last collaborator just left."
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where it takes place.",
        sight=Sight.PART,
    )
    participants: list[ParticipantRef] = batched(
        list[ParticipantRef],
        members_of,
        "id",
        "Everybody who took part in it, in the order of joining; those who left are marked.",
        sight=Sight.PART,
    )
