"""What falls due by the clock. A deadline is a row; no timer lives in memory."""

from __future__ import annotations

from enum import StrEnum


class DeadlineKind(StrEnum):
    INVITATION_EXPIRES = "INVITATION_EXPIRES"
    LEVEL_REVERTS = "LEVEL_REVERTS"
    PERIOD_ENDS = "PERIOD_ENDS"
    HOLD_ENDS = "HOLD_ENDS"
    COLLABORATORS_IDLE = "COLLABORATORS_IDLE"
    PRIMARY_OFFER_EXPIRES = "PRIMARY_OFFER_EXPIRES"
    DELEGATION_ENDS = "DELEGATION_ENDS"
    PRIMARY_UNRESPONSIVE = "PRIMARY_UNRESPONSIVE"
