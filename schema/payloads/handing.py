"""What mutations that move the lead answer."""

from __future__ import annotations

from resolvers.reads.handing import delegations_by_id, offers_by_id
from schema.fields import batched, output
from schema.payloads.base import ConversationPayload, ParticipantPayload
from schema.types.handing import Delegation, PrimaryOffer


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
