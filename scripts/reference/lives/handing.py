"""What becomes of an offer of the primary role, and of a delegation."""

from __future__ import annotations

from domain.handing import DelegationEnding, OfferStatus
from scripts.reference.machines import CLOCK, SERVICE, Machine, Step, machine

# What ends an offer of the primary role, and a delegation of it.
OFFERED = {
    OfferStatus.ACCEPTED: [("accept", "who it was made to", "acceptPrimary", "they are primary")],
    OfferStatus.DECLINED: [("decline", "who it was made to", "declinePrimary", "")],
    OfferStatus.WITHDRAWN: [
        ("withdraw", "the primary", "withdrawPrimaryOffer", ""),
        ("offer another", "the primary", "offerPrimary", "one offer is open at a time"),
    ],
    OfferStatus.EXPIRED: [("expiresAt", CLOCK, "", "at `expiresAt`")],
    OfferStatus.CANCELED: [
        ("cancel", SERVICE, "", "they leave, the role moves otherwise, or the conversation closes")
    ],
}
DELEGATED = {
    DelegationEnding.TIME_OVER: [("until", CLOCK, "", "at `until`: the role returns")],
    DelegationEnding.ENDED: [
        ("end", "either of the two", "endDelegation", "the role returns"),
        ("end collaboration", "the delegate", "endCollaboration", "the role returns first"),
    ],
    DelegationEnding.DELEGATE_LEFT: [
        ("leave", "the delegate", "leaveConversation", "the role returns first")
    ],
    DelegationEnding.DELEGATE_UNRESPONSIVE: [
        ("silence", CLOCK, "", "the customer waits too long: the role returns")
    ],
    DelegationEnding.TAKEN_OVER: [
        ("take over", "who oversees it", "takeOverConversation", "both stay as collaborators")
    ],
    DelegationEnding.PRINCIPAL_LEFT: [
        ("principal gone", SERVICE, "", "their part ended otherwise: the delegate leads for good")
    ],
    DelegationEnding.CONVERSATION_CLOSED: [
        ("close", "the delegate", "closeConversation", "nobody leads any more")
    ],
}


def offer() -> Machine:
    begin, pending = "It begins with `offerPrimary`.", OfferStatus.PENDING.value
    steps = [Step(pending, status.value, *way) for status, ways in OFFERED.items() for way in ways]
    return machine("offer", "Offer of the primary role", begin, steps, OfferStatus)


def delegation() -> Machine:
    begin, going = "It begins with `appointDelegate`.", "going on"
    steps = [Step(going, ending.value, *way) for ending, ways in DELEGATED.items() for way in ways]
    return machine("delegation", "Delegation", begin, steps, {going, *DelegationEnding})
