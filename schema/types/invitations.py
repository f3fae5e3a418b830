"""Invitations, and what an invitee may know before answering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.conversations import ConversationClass, CustomerTier, MessageAuthor
from domain.invitations import (
    OPEN,
    CollaborationType,
    DeclineReason,
    InvitationKind,
    InvitationPriority,
    InvitationStatus,
    priority,
)
from domain.permissions import ParticipantRole, PermissionLevel
from resolvers.next_best import next_best
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.invitations import InvitationView, previews_of
from resolvers.reads.notifications import deliveries_of
from resolvers.reads.organizations import departments_by_id
from resolvers.reads.participants import participants_by_id
from schema.context import Info
from schema.fields import Sight, batched, computed, field, output
from schema.types.node import AgentRef, ConversationRef, Node, ParticipantRef
from schema.types.notices import Delivery
from schema.types.organizations import Department
from schema.types.recommendations import RANKING, HowMany, Recommendation, how_many


@output()
class PreviewMessage:
    """A message with e-mail addresses and long numbers hidden."""

    author: MessageAuthor = field("Which side said it.")
    text: str = field("What was said, masked.")
    sent_at: datetime = field("When.")


@output()
class ConversationPreview:
    """A masked look at the conversation, to decide about an invitation. Never a note."""

    subject: str = field("What it is about, masked.")
    opened_at: datetime = field("When it began.")
    customer_name: str = field("The customer's name, all but the first letter hidden.")
    customer_tier: CustomerTier = field("How the organization ranks the customer.")
    message_count: int = field("How many messages there are; 0 for a guest.")
    recent_messages: list[PreviewMessage] = field(
        "The last three messages, oldest first, masked. None for a guest, who hears what is said from joining onward."
    )

    @computed(list[ConversationClass], sight=Sight.SAME)
    def classes(self: Any) -> Any:
        """What it is about; several may apply."""
        return [kind for kind in ConversationClass if kind in self.classes]


@output(InvitationView)
class Invitation(Node):
    """An offer to take part in a conversation. The invitee answers it, the inviter can revoke it, the clock expires it."""

    status: InvitationStatus = field("Where it stands.")
    kind: InvitationKind = field("Which rules it follows.")
    type: CollaborationType = field("What kind of help is asked for.")
    role: ParticipantRole = field("The role offered.")
    level: PermissionLevel = field("The level offered.")
    ends_at: datetime | None = field("When the part would end by itself, if that was set.")
    sent_at: datetime = field("When it was sent.")
    expires_at: datetime = field(
        "Until when it can be answered; while it is AWAITING_APPROVAL, until when it can be decided."
    )
    deferred_until: datetime | None = field("Until when the invitee has put it off; null if never.")
    emergency_reason: str | None = field("Why it is an emergency; null when it is none.")
    rejection_reason: str | None = field("Why it was rejected, if the approver said.")
    approval_department: Department | None = batched(
        Department | None,
        departments_by_id,
        "approval_department_id",
        "The department whose supervisors decide; null when it needed no approval.",
        sight=Sight.ORGANIZATION,
    )
    decided_by: AgentRef | None = batched(
        AgentRef | None,
        agents_by_id,
        "decided_by_id",
        "Who approved or rejected it, if anybody.",
        sight=Sight.ORGANIZATION,
    )
    ended_at: datetime | None = field("When it was answered or ended; null while it is open.")
    decline_reason: DeclineReason | None = field("Why it was declined, if the invitee said.")
    decline_comment: str | None = field("What the invitee added when declining.")
    inviter: AgentRef = batched(
        AgentRef, agents_by_id, "inviter_id", "Who asks for help.", sight=Sight.ORGANIZATION
    )
    invitee: AgentRef = batched(
        AgentRef, agents_by_id, "invitee_id", "Who is asked.", sight=Sight.ORGANIZATION
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "The conversation; null for an invitee until accepted, and when you can no longer see it.",
        sight=Sight.PART,
    )
    conversation_preview: ConversationPreview | None = batched(
        ConversationPreview | None,
        previews_of,
        "id",
        "A masked look at the conversation; null once the invitation is final.",
        sight=Sight.PART,
    )
    participant: ParticipantRef | None = batched(
        ParticipantRef | None,
        participants_by_id,
        "participant_id",
        "The part that came of it; null unless accepted.",
        sight=Sight.PART,
    )

    @computed(list[Recommendation] | None, RANKING)
    def next_best(self: Any, info: Info, first: HowMany = 3) -> Any:
        """Whom to ask instead, the best first.

        Told to the inviter, while they can still invite, when the invitation was declined or rejected or has expired;
        null otherwise. Nobody who turned down the same conversation is among them.
        """
        return info.context.load(next_best, self.id, how_many(first))

    deliveries: list[Delivery] | None = batched(
        list[Delivery] | None,
        deliveries_of,
        "id",
        "How far it got: sent, delivered to a device by `inbox`, seen. Empty when the invitee's settings let nothing "
        "through as it came, whatever they are now; null for everybody but the inviter and the invitee.",
    )

    @computed(InvitationPriority, sight=Sight.SAME)
    def priority(self: Any) -> Any:
        """How loudly to tell of it: HIGH for an emergency."""
        return priority(self.kind)

    @computed(str | None, sight=Sight.PART)
    async def background(self: Any, info: Info) -> Any:
        """The problem in the inviter's words; null once the invitation is final and you take no part."""
        return self.background if await _is_told(self, info) else None

    @computed(str | None, sight=Sight.PART)
    async def special_notes(self: Any, info: Info) -> Any:
        """What to be careful with; null once the invitation is final and you take no part."""
        return self.special_notes if await _is_told(self, info) else None


async def _is_told(invitation: InvitationView, info: Info) -> bool:
    """What was written for the invitee is content: told while it is open, and to those who take part."""
    if invitation.status in OPEN:
        return True
    conversation = await info.context.load(conversations_by_id, invitation.conversation_id)
    return conversation is not None and conversation.viewer_level is not None
