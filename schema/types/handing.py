"""Offers of the primary role, and delegations of it for a time."""

from __future__ import annotations

from datetime import datetime

from domain.handing import DelegationEnding, OfferStatus
from domain.permissions import ParticipantRole
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.handing import DelegationView, PrimaryOfferView
from resolvers.reads.participants import participants_by_id
from schema.fields import Sight, batched, field, output
from schema.types.node import AgentRef, ConversationRef, Node, ParticipantRef


@output(PrimaryOfferView)
class PrimaryOffer(Node):
    """An offer of the primary role. Who offers stays primary until it is taken."""

    status: OfferStatus = field("Where it stands.")
    stay_as: ParticipantRole = field("The role in which who offers stays on once it is taken.")
    offered_at: datetime = field("When it was made.")
    expires_at: datetime = field("Until when it can be taken.")
    ended_at: datetime | None = field("When it was answered or ended; null while it is open.")
    offered_by: AgentRef = batched(
        AgentRef, agents_by_id, "offered_by_id", "Who offers.", sight=Sight.ORGANIZATION
    )
    agent: AgentRef = batched(
        AgentRef, agents_by_id, "agent_id", "To whom.", sight=Sight.ORGANIZATION
    )
    participant: ParticipantRef | None = batched(
        ParticipantRef | None,
        participants_by_id,
        "participant_id",
        "Their part when it was offered; null when you can no longer see it.",
        sight=Sight.PART,
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where; null when you can no longer see it.",
        sight=Sight.PART,
    )


@output(DelegationView)
class Delegation(Node):
    """Somebody leads for somebody else, until a time at which the role returns by itself."""

    began_at: datetime = field("Since when.")
    until: datetime = field("When the role returns by itself.")
    ended_at: datetime | None = field("When it ended; null while it goes on.")
    ending: DelegationEnding | None = field("How it ended; null while it goes on.")
    principal: AgentRef = batched(
        AgentRef,
        agents_by_id,
        "principal_id",
        "Who gave the role, and gets it back.",
        sight=Sight.ORGANIZATION,
    )
    delegate: AgentRef = batched(
        AgentRef, agents_by_id, "delegate_id", "Who leads meanwhile.", sight=Sight.ORGANIZATION
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where; null when you can no longer see it.",
        sight=Sight.PART,
    )
