"""The enums of authorizations."""

from __future__ import annotations

from domain.authorizations import AuthorizationStatus, SensitiveOperation
from schema.enums.publishing import publish

publish(
    SensitiveOperation,
    "What needs an authorisation by somebody else, each time.",
    REVEAL_CUSTOMER_CONTACT="See how the customer can be reached, unmasked: `revealCustomerContact`.",
    ADJUST_GUEST="Give an outside expert another level, higher or lower: `adjustPermission`.",
)
publish(
    AuthorizationStatus,
    "Where an authorisation stands. All but the first two are final.",
    PENDING="Asked for, not decided yet.",
    APPROVED="It can be used once, until its time is over.",
    DENIED="Somebody said no.",
    USED="It was used.",
    EXPIRED="Nobody decided, or nobody used it, in time.",
    CANCELED="It was asked for anew, who asked has left or lost the level it needs, or the conversation is closed.",
)
