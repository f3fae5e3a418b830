"""What mutations answer: the changed objects as they are now, or why nothing changed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import strawberry

from resolvers.changes import Invited
from resolvers.reads.agents import agents_by_id
from resolvers.reads.authorizations import authorizations_by_id
from resolvers.reads.conversations import collaborations_by_id, conversations_by_id
from resolvers.reads.handing import delegations_by_id, offers_by_id
from resolvers.reads.invitations import invitations_by_id
from resolvers.reads.invite_rules import invite_rules_by_id
from resolvers.reads.messages import messages_by_id, notes_by_id, transcript_messages
from resolvers.reads.notifications import preferences_of
from resolvers.reads.organizations import departments_by_id
from resolvers.reads.participants import participants_by_id
from resolvers.reads.policies import policy_views
from resolvers.reads.stages import stages_by_id
from schema.context import Info
from schema.fields import batched, computed, field, output
from schema.ids import encode
from schema.scalars import Cursor
from schema.types.agents import Agent
from schema.types.authorizations import Authorization, CustomerContact
from schema.types.conversations import Collaboration, Conversation
from schema.types.customers import TranscriptMessage
from schema.types.errors import UserError
from schema.types.handing import Delegation, PrimaryOffer
from schema.types.invitations import Invitation
from schema.types.invite_rules import InviteRule
from schema.types.messages import CustomerMessage, InternalNote
from schema.types.notices import NotificationPreferences
from schema.types.organizations import Department
from schema.types.participants import Participant
from schema.types.policies import CollaborationPolicy
from schema.types.stages import ServiceStage


@output()
class Payload:
    errors: list[UserError] = field(
        "Why nothing changed, or what of several was refused; empty on success."
    )


@output()
class ConversationPayload(Payload):
    conversation: Conversation | None = batched(
        Conversation | None,
        conversations_by_id,
        "changed.conversation_id",
        "The conversation as it is now; null on refusal, and when you can no longer see it.",
    )


@output()
class InvitationPayload(Payload):
    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "changed.invitation_id",
        "The invitation as it is now; null on refusal.",
    )


@output()
class ParticipantPayload(ConversationPayload):
    participant: Participant | None = batched(
        Participant | None,
        participants_by_id,
        "changed.participant_id",
        "The part as it is now; null on refusal.",
    )


@output()
class CollaborationPayload(ConversationPayload):
    collaboration: Collaboration | None = batched(
        Collaboration | None,
        collaborations_by_id,
        "changed.collaboration_id",
        "The collaboration as it is now; null on refusal, and when there was none.",
    )


@output(Invited)
class InviteResult:
    """The outcome for one target: a colleague, or a department."""

    invitee: Agent | None = batched(
        Agent | None,
        agents_by_id,
        "agent_id",
        "The colleague you named; null for a department, and when there is no such colleague.",
    )
    department: Department | None = batched(
        Department | None,
        departments_by_id,
        "department_id",
        "The department you named; null for a colleague.",
    )
    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "invitation_id",
        "What was sent, to a department the first of it; null when refused.",
    )

    @computed(list[Invitation])
    async def invitations(self: Any, info: Info) -> Any:
        """Everything that was sent: one, or of a department one to each who was asked."""
        loading = (info.context.load(invitations_by_id, id_) for id_ in self.invitation_ids)
        return [found for found in await asyncio.gather(*loading) if found]

    errors: list[UserError] = field("Every reason against it, all at once; empty when it was sent.")


@output()
class InviteAgentsPayload(ConversationPayload):
    """The outcome of inviting, a result per invitee. One refusal does not stop the others."""

    @computed(list[InviteResult])
    def results(self: Any) -> Any:
        """A result per invitee in the order of the input; empty when the request as a whole was refused."""
        return self.changed.invited


@output()
class AcceptInvitationPayload(InvitationPayload, ParticipantPayload, CollaborationPayload):
    """The outcome of accepting: you take part from now on."""

    @computed(Cursor | None)
    def cursor(self: Any) -> Any:
        """Where the conversation's events stand after your joining: subscribe from here without a gap."""
        return self.changed.cursor


@output()
class DeclineInvitationPayload(InvitationPayload):
    """The outcome of declining."""


@output()
class DeferInvitationPayload(InvitationPayload):
    """The outcome of putting an invitation off."""


@output()
class ApproveInvitationPayload(InvitationPayload):
    """The outcome of approving."""


@output()
class RejectInvitationPayload(InvitationPayload):
    """The outcome of rejecting."""


@output()
class RevokeInvitationPayload(InvitationPayload):
    """The outcome of revoking."""


@output()
class TransferPrimaryPayload(ParticipantPayload):
    """The outcome of a transfer; `participant` is the new primary."""


@output()
class PrimaryOfferPayload(ConversationPayload):
    offer: PrimaryOffer | None = batched(
        PrimaryOffer | None,
        offers_by_id,
        "changed.offer_id",
        "The offer as it is now; null on refusal.",
    )


@output()
class OfferPrimaryPayload(PrimaryOfferPayload):
    """The outcome of offering the primary role."""


@output()
class AcceptPrimaryPayload(PrimaryOfferPayload, ParticipantPayload):
    """The outcome of taking the primary role; `participant` is yours from now on."""


@output()
class DeclinePrimaryPayload(PrimaryOfferPayload):
    """The outcome of turning the primary role down."""


@output()
class WithdrawPrimaryOfferPayload(PrimaryOfferPayload):
    """The outcome of taking the offer back."""


@output()
class DelegationPayload(ParticipantPayload):
    delegation: Delegation | None = batched(
        Delegation | None,
        delegations_by_id,
        "changed.delegation_id",
        "The delegation as it is now; null on refusal.",
    )


@output()
class AppointDelegatePayload(DelegationPayload):
    """The outcome of appointing a delegate; `participant` is who leads now."""


@output()
class EndDelegationPayload(DelegationPayload):
    """The outcome of ending a delegation; `participant` is who leads now."""


@output()
class TakeOverConversationPayload(ParticipantPayload):
    """The outcome of taking over; `participant` is yours as primary."""


@output()
class AdjustPermissionPayload(ParticipantPayload):
    """The outcome of adjusting a level."""


@output()
class RemoveParticipantPayload(ParticipantPayload):
    """The outcome of removing somebody."""


@output()
class LeaveConversationPayload(ParticipantPayload):
    """The outcome of leaving; `participant` is your part as it ended."""


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
class AuthorizationPayload(Payload):
    authorization: Authorization | None = batched(
        Authorization | None,
        authorizations_by_id,
        "changed.authorization_id",
        "The authorisation as it is now; null on refusal.",
    )


@output()
class RequestAuthorizationPayload(AuthorizationPayload):
    """The outcome of asking."""


@output()
class ApproveAuthorizationPayload(AuthorizationPayload):
    """The outcome of approving."""


@output()
class DenyAuthorizationPayload(AuthorizationPayload):
    """The outcome of denying."""


@output()
class RevealCustomerContactPayload(Payload):
    """The outcome of revealing."""

    @computed(CustomerContact | None)
    def contact(self: Any) -> Any:
        """How the customer can be reached; null on refusal, and when an idempotency key repeats it: it is told once."""
        return self.changed.contact


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


@output()
class SendReplyPayload(ConversationPayload):
    """The outcome of a reply."""

    message: CustomerMessage | None = batched(
        CustomerMessage | None,
        messages_by_id,
        "changed.message_id",
        "The message; null on refusal.",
    )


@output()
class NotePayload(ConversationPayload):
    note: InternalNote | None = batched(
        InternalNote | None, notes_by_id, "changed.note_id", "The note; null on refusal."
    )


@output()
class PostNotePayload(NotePayload):
    """The outcome of posting a note."""


@output()
class EditNotePayload(NotePayload):
    """The outcome of editing a note."""


@output()
class MarkReadPayload(ConversationPayload):
    """The outcome of marking a conversation as read."""


@output()
class MarkInvitationSeenPayload(InvitationPayload):
    """The outcome of having seen an invitation."""


@output()
class UpdateNotificationPreferencesPayload(Payload):
    """The outcome of choosing how to be told."""

    preferences: NotificationPreferences | None = batched(
        NotificationPreferences | None,
        preferences_of,
        "changed.agent_id",
        "Your preferences as they are now; null on refusal.",
    )


@output()
class AgentPayload(Payload):
    agent: Agent | None = batched(
        Agent | None,
        agents_by_id,
        "changed.agent_id",
        "You as colleagues see you; null on refusal.",
    )


@output()
class SetPresencePayload(AgentPayload):
    """The outcome of stating a presence."""


@output()
class HeartbeatPayload(AgentPayload):
    """The outcome of a heartbeat."""

    @computed(datetime | None)
    def lease_expires_at(self: Any) -> Any:
        """Until when you count as connected without another heartbeat; null on refusal."""
        return self.changed.lease_expires_at


@output()
class UpdateCollaborationPolicyPayload(Payload):
    """The outcome of setting rules."""

    policy: CollaborationPolicy | None = batched(
        CollaborationPolicy | None,
        policy_views,
        "changed.organization_id",
        "The policy as it is now; null on refusal.",
    )


@output()
class SendCustomerMessagePayload(Payload):
    """The outcome of saying something as the customer."""

    message: TranscriptMessage | None = batched(
        TranscriptMessage | None,
        transcript_messages,
        "changed.message_id",
        "The message; null on refusal, and for an integration, which sees no content.",
    )


@output()
class UpdateInviteRulePayload(Payload):
    """The outcome of setting a rule."""

    invite_rule: InviteRule | None = batched(
        InviteRule | None,
        invite_rules_by_id,
        "changed.invite_rule_id",
        "The rule as it is now; null on refusal.",
    )
