"""Authorisations of sensitive operations."""

from __future__ import annotations

from datetime import datetime

from domain.authorizations import AuthorizationStatus, SensitiveOperation
from resolvers.changes import Contact
from resolvers.reads.agents import agents_by_id
from resolvers.reads.authorizations import AuthorizationView
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.participants import participants_by_id
from schema.fields import batched, field, output
from schema.types.node import AgentRef, ConversationRef, Node, ParticipantRef


@output(AuthorizationView)
class Authorization(Node):
    """The leave to do something sensitive once: of one person, for one operation on one thing."""

    operation: SensitiveOperation = field("What is to be done.")
    purpose: str = field("What for, in the words of who asked.")
    status: AuthorizationStatus = field("Where it stands.")
    requested_at: datetime = field("When it was asked for.")
    expires_at: datetime = field(
        "Until when it can be decided, and once approved until when it can be used."
    )
    decided_at: datetime | None = field("When it was decided; null before.")
    requester: AgentRef = batched(AgentRef, agents_by_id, "requester_id", "Who asks.")
    decided_by: AgentRef | None = batched(
        AgentRef | None, agents_by_id, "decided_by_id", "Who decided; null before."
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where; null when you do not see it.",
    )
    participant: ParticipantRef | None = batched(
        ParticipantRef | None,
        participants_by_id,
        "participant_id",
        "The guest that ADJUST_GUEST is about; null for other operations, and when you do not see them.",
    )


@output(Contact)
class CustomerContact:
    """How a customer can be reached, in full. It is told once; keep it no longer than you need it."""

    name: str = field("The customer's name.", name="displayName")
    email: str | None = field("The e-mail address, if it is known.")
    phone: str | None = field("The phone number, if it is known.")
