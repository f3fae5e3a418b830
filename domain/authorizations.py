"""Sensitive operations, and the authorisation that each needs besides a level."""

from __future__ import annotations

from enum import StrEnum

from domain.permissions import Permission, PermissionLevel, permits


class SensitiveOperation(StrEnum):
    REVEAL_CUSTOMER_CONTACT = "REVEAL_CUSTOMER_CONTACT"
    ADJUST_GUEST = "ADJUST_GUEST"


class AuthorizationStatus(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    USED = "USED"
    EXPIRED = "EXPIRED"
    CANCELED = "CANCELED"


OPEN = frozenset({AuthorizationStatus.PENDING, AuthorizationStatus.APPROVED})

# What somebody must hold in the conversation to do it, and so to ask for it.
NEEDED = {
    SensitiveOperation.REVEAL_CUSTOMER_CONTACT: Permission.REPLY_TO_CUSTOMER,
    SensitiveOperation.ADJUST_GUEST: Permission.ADJUST_PERMISSION,
}
# What kind of object it is done to.
TARGETS = {
    SensitiveOperation.REVEAL_CUSTOMER_CONTACT: "Conversation",
    SensitiveOperation.ADJUST_GUEST: "Participant",
}


def out_of_reach(level: PermissionLevel) -> frozenset[SensitiveOperation]:
    """Return the operations that a level does not carry."""
    return frozenset(each for each, needed in NEEDED.items() if not permits(level, needed))
