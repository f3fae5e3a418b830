"""What payloads have in common: the changed objects as they are now, or why nothing changed."""

from __future__ import annotations

from resolvers.reads.conversations import collaborations_by_id, conversations_by_id
from resolvers.reads.invitations import invitations_by_id
from resolvers.reads.participants import participants_by_id
from schema.fields import batched, field, output
from schema.types.collaborations import Collaboration
from schema.types.conversations import Conversation
from schema.types.errors import UserError
from schema.types.invitations import Invitation
from schema.types.participants import Participant


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
