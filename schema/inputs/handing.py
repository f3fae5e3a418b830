"""What handing over the lead takes."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import text
from domain.permissions import ParticipantRole
from schema.inputs.fields import input_type, key, optional, value

STAY = "The role you stay on as, at its own level: EXPERT, COACH, OBSERVER, SCRIBE or SUPERVISOR."


@input_type
class OfferPrimaryInput:
    """Offer the primary role to somebody."""

    participant_id: strawberry.ID = value("To whom: an active participant, no guest.")
    stay_as: ParticipantRole = optional(STAY, ParticipantRole.EXPERT)
    expected_version: int | None = optional(
        "The conversation's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    idempotency_key: str | None = key()


@input_type
class AcceptPrimaryInput:
    """Take the primary role that was offered to you."""

    conversation_id: strawberry.ID = value("Where it was offered.")
    idempotency_key: str | None = key()


@input_type
class DeclinePrimaryInput:
    """Turn down the primary role that was offered to you."""

    conversation_id: strawberry.ID = value("Where it was offered.")
    idempotency_key: str | None = key()


@input_type
class WithdrawPrimaryOfferInput:
    """Take back the offer of the primary role."""

    conversation_id: strawberry.ID = value("Where it was offered.")
    idempotency_key: str | None = key()


@input_type
class AppointDelegateInput:
    """Let somebody lead for you until a time."""

    participant_id: strawberry.ID = value("Who leads meanwhile: an active participant, no guest.")
    until: datetime = value(f"When the role returns to you by itself. {text.FUTURE}")
    stay_as: ParticipantRole = optional(STAY, ParticipantRole.EXPERT)
    idempotency_key: str | None = key()


@input_type
class EndDelegationInput:
    """Let the primary role return before its time."""

    conversation_id: strawberry.ID = value("Where somebody leads for somebody else.")
    idempotency_key: str | None = key()


@input_type
class TakeOverConversationInput:
    """Take the lead of a conversation that you oversee."""

    conversation_id: strawberry.ID = value("The conversation.")
    reason: str = value(f"Why; everybody in it reads it. At most {text.REASON} characters.")
    idempotency_key: str | None = key()
