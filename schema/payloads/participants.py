"""What mutations of participants answer."""

from __future__ import annotations

from schema.fields import output
from schema.payloads.base import ParticipantPayload


@output()
class AdjustPermissionPayload(ParticipantPayload):
    """The outcome of adjusting a level."""


@output()
class RemoveParticipantPayload(ParticipantPayload):
    """The outcome of removing somebody."""


@output()
class LeaveConversationPayload(ParticipantPayload):
    """The outcome of leaving; `participant` is your part as it ended."""
