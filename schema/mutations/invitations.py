"""Inviting, and answering an invitation."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from domain.permissions import Permission
from resolvers import answers, invitations
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import AGENTS, Requires
from schema.ids import decode
from schema.inputs.invitations import (
    AcceptInvitationInput,
    DeclineInvitationInput,
    InviteAgentsInput,
    InviteeInput,
    RevokeInvitationInput,
)
from schema.payloads import (
    AcceptInvitationPayload,
    DeclineInvitationPayload,
    InviteAgentsPayload,
    RevokeInvitationPayload,
)
from schema.performing import perform

INVITE = Requires(audience=[Audience.AGENT], permission=Permission.INVITE)


def _offer(invitee: InviteeInput) -> invitations.Offer:
    return invitations.Offer(
        decode(str(invitee.target.agent_id), "Agent"),
        invitee.role,
        given(invitee.level),
        given(invitee.ends_at),
    )


@strawberry.type
class InvitationMutations:
    @mutation(InviteAgentsPayload, INVITE)
    async def invite_agents(
        self,
        info: Info,
        input: Annotated[
            InviteAgentsInput, strawberry.argument(description="Whom into what, and why.")
        ],
    ) -> Any:
        """Invite colleagues into a live conversation, each with a result of their own.

        They hear of it at once in `inbox` and `invitationUpdates`, and have 300 seconds to answer unless the policy
        says otherwise. An invitation holds a seat until it is answered or ends.
        """
        conversation_id = decode(input.conversation_id, "Conversation")
        offers = [_offer(invitee) for invitee in input.invitees]
        request = invitations.Request(
            input.type, given(input.background), given(input.special_notes)
        )
        return await perform(
            info,
            input,
            lambda work, asker: invitations.invite_agents(
                work, asker, conversation_id, offers, request
            ),
        )

    @mutation(AcceptInvitationPayload, AGENTS)
    async def accept_invitation(
        self,
        info: Info,
        input: Annotated[
            AcceptInvitationInput, strawberry.argument(description="Which invitation.")
        ],
    ) -> Any:
        """Accept an invitation sent to you and take part with the role and level it offers, at once.

        Of accepting, declining, revoking and expiry exactly one wins: INVITATION_NOT_PENDING or INVITATION_EXPIRED
        tells that it was another. INVITEE_AT_CAPACITY when you are in as many collaborations as allowed.
        """
        id_ = decode(input.invitation_id, "Invitation")
        return await perform(
            info, input, lambda work, asker: answers.accept_invitation(work, asker, id_)
        )

    @mutation(DeclineInvitationPayload, AGENTS)
    async def decline_invitation(
        self,
        info: Info,
        input: Annotated[
            DeclineInvitationInput, strawberry.argument(description="Which invitation, and why.")
        ],
    ) -> Any:
        """Decline an invitation sent to you. A reason is welcome, not needed; the inviter hears of it at once."""
        id_, reason, comment = (
            decode(input.invitation_id, "Invitation"),
            given(input.reason),
            given(input.comment),
        )
        return await perform(
            info,
            input,
            lambda work, asker: answers.decline_invitation(work, asker, id_, reason, comment),
        )

    @mutation(RevokeInvitationPayload, AGENTS)
    async def revoke_invitation(
        self,
        info: Info,
        input: Annotated[
            RevokeInvitationInput, strawberry.argument(description="Which invitation.")
        ],
    ) -> Any:
        """Take back an invitation that you sent, as long as nobody has answered it. Its seat is free again."""
        id_ = decode(input.invitation_id, "Invitation")
        return await perform(
            info, input, lambda work, asker: answers.revoke_invitation(work, asker, id_)
        )
