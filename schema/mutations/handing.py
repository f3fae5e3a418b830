"""How the lead changes hands: transfer, offer, delegation, takeover."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.permissions import Permission
from resolvers import delegations, participants, primary_offers, takeovers
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.handing import (
    AcceptPrimaryInput,
    AppointDelegateInput,
    DeclinePrimaryInput,
    EndDelegationInput,
    OfferPrimaryInput,
    TakeOverConversationInput,
    WithdrawPrimaryOfferInput,
)
from schema.inputs.participants import TransferPrimaryInput
from schema.mutations.participants import needs
from schema.payloads.handing import (
    AcceptPrimaryPayload,
    AppointDelegatePayload,
    DeclinePrimaryPayload,
    EndDelegationPayload,
    OfferPrimaryPayload,
    TakeOverConversationPayload,
    TransferPrimaryPayload,
    WithdrawPrimaryOfferPayload,
)
from schema.performing import perform

PRESENT = needs(Permission.VIEW_CONVERSATION)
TRANSFER = needs(Permission.TRANSFER_PRIMARY)


@strawberry.type
class HandingMutations:
    @mutation(TransferPrimaryPayload, TRANSFER)
    async def transfer_primary(
        self,
        info: Info,
        input: Annotated[
            TransferPrimaryInput, strawberry.argument(description="To whom, and how you stay.")
        ],
    ) -> Any:
        """Hand the primary role to an active participant, in one moment: there are never two primaries or none.

        You stay on in the role you name. Both of you begin a new part with a new participant id: read ids that you hold again.
        Open invitations that you sent are canceled, since you no longer hold INVITE.
        Nobody is asked, and presence does not matter: with `offerPrimary` they take it themselves.
        """
        id_, version = decode(input.participant_id, "Participant"), given(input.expected_version)
        return await perform(
            info,
            input,
            lambda work, asker: participants.transfer_primary(
                work, asker, id_, input.stay_as, version
            ),
        )

    @mutation(OfferPrimaryPayload, TRANSFER)
    async def offer_primary(
        self,
        info: Info,
        input: Annotated[
            OfferPrimaryInput, strawberry.argument(description="To whom, and how you stay.")
        ],
    ) -> Any:
        """Offer the primary role to an active participant. You stay primary until they take it with `acceptPrimary`.

        One offer is open at a time: a new one withdraws the one before. It can be taken as long as an invitation can be
        answered, and ends when they leave, the role moves otherwise, or the conversation is closed.
        """
        id_, version = decode(input.participant_id, "Participant"), given(input.expected_version)
        return await perform(
            info,
            input,
            lambda work, asker: primary_offers.offer_primary(
                work, asker, id_, input.stay_as, version
            ),
        )

    @mutation(AcceptPrimaryPayload, PRESENT)
    async def accept_primary(
        self,
        info: Info,
        input: Annotated[AcceptPrimaryInput, strawberry.argument(description="Where.")],
    ) -> Any:
        """Take the primary role that was offered to you. NOT_FOUND when no offer to you is open any more.

        You and the former primary begin a new part with a new participant id: read ids that you hold again.
        """
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: primary_offers.accept_primary(work, asker, id_)
        )

    @mutation(DeclinePrimaryPayload, PRESENT)
    async def decline_primary(
        self,
        info: Info,
        input: Annotated[DeclinePrimaryInput, strawberry.argument(description="Where.")],
    ) -> Any:
        """Turn down the primary role that was offered to you. NOT_FOUND when no offer to you is open any more."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: primary_offers.decline_primary(work, asker, id_)
        )

    @mutation(WithdrawPrimaryOfferPayload, TRANSFER)
    async def withdraw_primary_offer(
        self,
        info: Info,
        input: Annotated[WithdrawPrimaryOfferInput, strawberry.argument(description="Where.")],
    ) -> Any:
        """Take back your offer of the primary role. NOT_FOUND when none is open any more."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: primary_offers.withdraw_primary_offer(work, asker, id_)
        )

    @mutation(AppointDelegatePayload, needs(Permission.APPOINT_DELEGATE))
    async def appoint_delegate(
        self,
        info: Info,
        input: Annotated[
            AppointDelegateInput, strawberry.argument(description="Whom, and until when.")
        ],
    ) -> Any:
        """Let an active participant lead for you until a time, at which the role returns to you by itself.

        The delegate is primary meanwhile and may do all but give the role away. It returns at once when they leave, end the
        delegation, end the collaboration, or let the customer wait too long; you cannot leave before. Both of you begin a new
        part, now and when the role returns, each with a new participant id: read ids that you hold again.
        """
        id_ = decode(input.participant_id, "Participant")
        return await perform(
            info,
            input,
            lambda work, asker: delegations.appoint_delegate(
                work, asker, id_, input.until, input.stay_as
            ),
        )

    @mutation(EndDelegationPayload, PRESENT)
    async def end_delegation(
        self,
        info: Info,
        input: Annotated[EndDelegationInput, strawberry.argument(description="Where.")],
    ) -> Any:
        """Let the primary role return before its time: who gave it and who holds it can. NOT_FOUND when none goes on.

        Both begin a new part with a new participant id: read ids that you hold again.
        """
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: delegations.end_delegation(work, asker, id_)
        )

    @mutation(TakeOverConversationPayload, AGENTS)
    async def take_over_conversation(
        self,
        info: Info,
        input: Annotated[
            TakeOverConversationInput, strawberry.argument(description="Which one, and why.")
        ],
    ) -> Any:
        """Lead a conversation that you oversee, from outside or as somebody in it: for supervisors of its department and admins.

        The former primary stays on as EXPERT, beyond the limit of seats if all are taken. Both begin a new part with a new
        participant id: read ids that you hold again. It is audited, and everybody in the conversation hears of it; the customer
        does not. Everybody else who sees it gets NOT_PERMITTED.
        """
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: takeovers.take_over_conversation(work, asker, id_, input.reason),
        )
