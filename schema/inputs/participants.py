"""What changes of somebody's part take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import text
from domain.permissions import ParticipantRole, PermissionLevel
from schema.inputs.fields import input_type, key, optional, value


@input_type
class AdjustPermissionInput:
    """Give somebody another level."""

    participant_id: strawberry.ID = value("Whose level: neither yours nor the primary's.")
    level: PermissionLevel = value(
        "The new level, strictly below your own and within the role's ceiling."
    )
    until: datetime | None = optional(
        f"When it ends by itself and what held before returns; without it for good. {text.FUTURE} "
        "EXPERT and COACH can hold MANAGE only with it."
    )
    idempotency_key: str | None = key()


@input_type
class RemoveParticipantInput:
    """Remove somebody."""

    participant_id: strawberry.ID = value("Who: somebody at a level strictly below your own.")
    idempotency_key: str | None = key()


@input_type
class LeaveConversationInput:
    """Leave a conversation."""

    conversation_id: strawberry.ID = value("A conversation you take part in, not as primary.")
    idempotency_key: str | None = key()


@input_type
class TransferPrimaryInput:
    """Hand over the primary role."""

    participant_id: strawberry.ID = value("Who becomes primary: an active participant, no guest.")
    stay_as: ParticipantRole = optional(
        "The role you stay on as, at its own level: EXPERT, COACH, OBSERVER, SCRIBE or SUPERVISOR.",
        ParticipantRole.EXPERT,
    )
    expected_version: int | None = optional(
        "The conversation's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    idempotency_key: str | None = key()
