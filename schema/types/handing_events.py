"""How the lead of a conversation changed hands, as streams tell it."""

from __future__ import annotations

from typing import Any

from domain.handing import DelegationEnding, HandoverCause
from resolvers.reads.handing import delegations_by_id, offers_by_id
from resolvers.reads.participants import participants_by_id
from schema.context import Info
from schema.fields import Sight, batched, computed, interface
from schema.types.events import ConversationEvent, Event, InboxEvent, event, fact
from schema.types.handing import Delegation, PrimaryOffer
from schema.types.participants import Participant


@interface
class PrimaryOfferEvent(Event):
    """Something that happened to an offer of the primary role."""

    offer: PrimaryOffer | None = batched(
        PrimaryOffer | None,
        offers_by_id,
        "facts.offer_id",
        "The offer as it is now; null when you can no longer see it.",
        sight=Sight.PART,
    )


@interface
class DelegationEvent(Event):
    """Something that happened to a delegation of the primary role."""

    delegation: Delegation | None = batched(
        Delegation | None,
        delegations_by_id,
        "facts.delegation_id",
        "The delegation as it is now; null when you can no longer see it.",
        sight=Sight.PART,
    )


@event
class PrimaryTransferred(ConversationEvent, InboxEvent):
    """The primary role changed hands, in one moment. Both have new participant ids from then on."""

    cause: HandoverCause = fact("What moved it.", "cause", HandoverCause)
    primary: Participant | None = batched(
        Participant | None,
        participants_by_id,
        "facts.primary_id",
        "Who leads since then.",
        sight=Sight.PART,
    )

    @computed(str | None, sight=Sight.PART)
    def takeover_reason(self: Any, info: Info) -> Any:
        """Why, in the words of who took it over; null for other causes, and for guests."""
        return None if info.context.known.external else self.facts.takeover_reason

    former: Participant | None = batched(
        Participant | None,
        participants_by_id,
        "facts.former_id",
        "The former primary in the role they stayed on as.",
        sight=Sight.PART,
    )


@event
class PrimaryOffered(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """The primary role was offered to somebody."""


@event
class PrimaryOfferAccepted(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """They took it; `PrimaryTransferred` follows."""


@event
class PrimaryOfferDeclined(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """They turned it down."""


@event
class PrimaryOfferWithdrawn(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """Who offered it took it back."""


@event
class PrimaryOfferExpired(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """Nobody took it in time."""


@event
class PrimaryOfferCanceled(PrimaryOfferEvent, ConversationEvent, InboxEvent):
    """The service ended it: they left, the role moved otherwise, or the conversation was closed."""


@event
class DelegationBegan(DelegationEvent, ConversationEvent, InboxEvent):
    """Somebody leads for somebody else until a time."""


@event
class DelegationEnded(DelegationEvent, ConversationEvent, InboxEvent):
    """Nobody leads for somebody else any more; where the role returned, `PrimaryTransferred` follows."""

    ending: DelegationEnding = fact("How it ended.", "ending", DelegationEnding)
