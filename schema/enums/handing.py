"""The enums of how the lead moves."""

from __future__ import annotations

from domain.handing import DelegationEnding, HandoverCause, OfferStatus
from schema.enums.publishing import publish

publish(
    HandoverCause,
    "What moved the primary role.",
    TRANSFER="The primary handed it over.",
    OFFER="The primary offered it, and it was taken.",
    DELEGATION="The primary lets somebody lead until a time.",
    RETURN="The time of a delegation is over.",
    UNRESPONSIVE="The customer waited and the primary did not answer.",
    TAKEOVER="Somebody who oversees the conversation took it over.",
)
publish(
    OfferStatus,
    "Where an offer of the primary role stands. All but the first are final.",
    name="PrimaryOfferStatus",
    PENDING="Made, not answered yet.",
    ACCEPTED="Taken.",
    DECLINED="Turned down.",
    WITHDRAWN="Taken back, or followed by another offer.",
    EXPIRED="Nobody answered in time.",
    CANCELED="The service ended it: they left, the role moved otherwise, or the conversation was closed.",
)
publish(
    DelegationEnding,
    "How a delegation ended.",
    TIME_OVER="Its time was over: the role returned.",
    ENDED="One of the two ended it: the role returned.",
    DELEGATE_LEFT="The delegate left: the role returned.",
    DELEGATE_UNRESPONSIVE="The customer waited and the delegate did not answer: the role returned.",
    PRINCIPAL_LEFT="Who gave the role is not there any more: the delegate leads for good.",
    TAKEN_OVER="Somebody took the conversation over.",
    CONVERSATION_CLOSED="The conversation was closed.",
)
