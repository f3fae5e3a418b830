"""Inviting, and answering an invitation."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from domain.permissions import Permission
from resolvers import answers, approvals, deferring, invitations
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import AGENTS, Requires
from schema.ids import decode
from schema.inputs.invitations import (
    AcceptInvitationInput,
    ApproveInvitationInput,
    DeclineInvitationInput,
    DeferInvitationInput,
    InviteAgentsInput,
    RejectInvitationInput,
    RevokeInvitationInput,
    offers_of,
    request_of,
)
from schema.payloads.invitations import (
    AcceptInvitationPayload,
    ApproveInvitationPayload,
    DeclineInvitationPayload,
    DeferInvitationPayload,
    InviteAgentsPayload,
    RejectInvitationPayload,
    RevokeInvitationPayload,
)
from schema.performing import perform

INVITE = Requires(audience=[Audience.AGENT], permission=Permission.INVITE)


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
        says otherwise. An invitation holds a seat until it is answered or ends. Into another department a supervisor
        there has to approve first.
        """
        conversation_id = decode(input.conversation_id, "Conversation")
        offers, request = offers_of(input), request_of(input)
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
        tells that it was another. INVITEE_AT_CAPACITY when you are in as many collaborations as allowed by now,
        ORGANIZATION_LIMIT_REACHED when your organization is; a limit that was lowered since you were invited is not held
        against you.
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

    @mutation(DeferInvitationPayload, AGENTS)
    async def defer_invitation(
        self,
        info: Info,
        input: Annotated[
            DeferInvitationInput, strawberry.argument(description="Which invitation, for how long.")
        ],
    ) -> Any:
        """Put an invitation off, once. It stays PENDING, can be answered as much longer, and reminds you then.

        NOT_PERMITTED when it was put off before. The inviter sees `deferredUntil`.
        """
        id_, seconds = decode(input.invitation_id, "Invitation"), given(input.seconds)
        return await perform(
            info, input, lambda work, asker: deferring.defer_invitation(work, asker, id_, seconds)
        )

    @mutation(ApproveInvitationPayload, AGENTS)
    async def approve_invitation(
        self,
        info: Info,
        input: Annotated[
            ApproveInvitationInput, strawberry.argument(description="Which invitation.")
        ],
    ) -> Any:
        """Approve an invitation into a department you supervise: the invitee hears of it and can answer from now on.

        Of several decisions the first wins: INVITATION_NOT_PENDING tells that there was another, INVITATION_EXPIRED
        that it came too late. Nobody decides about an invitation from or to themselves: where you are one of those asked,
        you decide about the others, and yours waits for another supervisor.
        """
        id_ = decode(input.invitation_id, "Invitation")
        return await perform(
            info, input, lambda work, asker: approvals.approve_invitation(work, asker, id_)
        )

    @mutation(RejectInvitationPayload, AGENTS)
    async def reject_invitation(
        self,
        info: Info,
        input: Annotated[
            RejectInvitationInput, strawberry.argument(description="Which invitation, and why.")
        ],
    ) -> Any:
        """Reject an invitation into a department you supervise, neither from nor to yourself.

        The inviter hears of it, the invitee never does.
        """
        id_, reason = decode(input.invitation_id, "Invitation"), given(input.reason)
        return await perform(
            info, input, lambda work, asker: approvals.reject_invitation(work, asker, id_, reason)
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
