"""How the primary role can change hands, as words and tables."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidInput, NotPermitted, PrimaryMustTransfer
from domain.permissions import ROLE_LEVELS, ParticipantRole


class HandoverCause(StrEnum):
    TRANSFER = "TRANSFER"
    OFFER = "OFFER"
    DELEGATION = "DELEGATION"
    RETURN = "RETURN"
    UNRESPONSIVE = "UNRESPONSIVE"
    TAKEOVER = "TAKEOVER"


class OfferStatus(StrEnum):
    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    CANCELED = "CANCELED"


class DelegationEnding(StrEnum):
    TIME_OVER = "TIME_OVER"
    ENDED = "ENDED"
    DELEGATE_LEFT = "DELEGATE_LEFT"
    DELEGATE_UNRESPONSIVE = "DELEGATE_UNRESPONSIVE"
    PRINCIPAL_LEFT = "PRINCIPAL_LEFT"
    TAKEN_OVER = "TAKEN_OVER"
    CONVERSATION_CLOSED = "CONVERSATION_CLOSED"


# Endings after which the role is with the one who gave it again.
RETURNING = frozenset(
    {
        DelegationEnding.TIME_OVER,
        DelegationEnding.ENDED,
        DelegationEnding.DELEGATE_LEFT,
        DelegationEnding.DELEGATE_UNRESPONSIVE,
    }
)


def check_heir(role: ParticipantRole) -> None:
    if role is ParticipantRole.PRIMARY:
        raise InvalidInput("You are the primary already.", path=["input", "participantId"])
    if role is ParticipantRole.GUEST_EXPERT:
        raise NotPermitted("A guest can never be the primary.")


def check_stay(role: ParticipantRole) -> None:
    levels = ROLE_LEVELS.get(role)
    if levels is None or levels.end_required:
        raise InvalidInput(f"Nobody can stay on as {role}.", path=["input", "stayAs"])


def check_may_leave(agent_id: UUID, *, leads: bool, principal_id: UUID | None) -> None:
    """Nobody goes whose the lead is; who leads for the principal can, and the role returns first."""
    if agent_id == principal_id:
        raise PrimaryMustTransfer("The primary role returns to you: end the delegation first.")
    if leads and principal_id is None:
        raise PrimaryMustTransfer("Transfer the primary role first, or close the conversation.")
