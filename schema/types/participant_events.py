"""What happened to people's parts in a conversation, as streams tell it."""

from __future__ import annotations

from datetime import datetime

from domain.conversations import LeaveReason
from domain.permissions import PermissionLevel
from resolvers.reads.participants import participants_by_id
from schema.fields import Sight, batched
from schema.types.events import ConversationEvent, InboxEvent, event, fact
from schema.types.participants import Participant

PARTICIPANT = "facts.participant_id"


PARTICIPANT_NOW = "The part as it is now; null when you can no longer see it."


@event
class ParticipantJoined(ConversationEvent, InboxEvent):
    """Somebody takes part."""

    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class ParticipantLeft(ConversationEvent, InboxEvent):
    """Somebody's part ended. Agents hear of it, customers never."""

    reason: LeaveReason = fact("Why it ended.", "reason", LeaveReason)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class ParticipantIdle(ConversationEvent, InboxEvent):
    """A collaborator has given no sign for long, and is removed unless they do something in time."""

    removal_at: datetime = fact("When they are removed.", "removal_at", datetime)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class PermissionAdjusted(ConversationEvent, InboxEvent):
    """Somebody was given another level."""

    before: PermissionLevel = fact("The level before.", "before", PermissionLevel)
    after: PermissionLevel = fact("The level from now on.", "after", PermissionLevel)
    until: datetime | None = fact("Until when; null for good.", "until", datetime | None)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )


@event
class PermissionReverted(ConversationEvent, InboxEvent):
    """A temporary level ended; what held before holds again."""

    before: PermissionLevel = fact("The temporary level.", "before", PermissionLevel)
    after: PermissionLevel = fact("The level from now on.", "after", PermissionLevel)
    participant: Participant | None = batched(
        Participant | None, participants_by_id, PARTICIPANT, PARTICIPANT_NOW, sight=Sight.PART
    )
