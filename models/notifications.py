"""How people want to be told, and where an invitation has reached its invitee."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from domain.notices import Language
from models.columns import choice, instant, table
from models.rows import Row


class NotificationPreference(Row, table=True):
    """Somebody without a row has the defaults. `rules` is JSON: the channels of each kind of notice."""

    __tablename__ = "notification_preference"

    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id")
    rules: str
    quiet_start: str | None = None
    quiet_end: str | None = None
    time_zone: str | None = None
    language: Language = choice(Language)
    version: int = 1


class PastPreference(Row, table=True):
    """What somebody preferred until `replaced_at`: an invitation tells how it came, not how one would come today."""

    __tablename__ = "past_preference"

    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id")
    version: int = Field(primary_key=True)
    rules: str
    quiet_start: str | None = None
    quiet_end: str | None = None
    time_zone: str | None = None
    language: Language = choice(Language)
    replaced_at: datetime = instant()


class Delivery(Row, table=True):
    """On which device an invitation has arrived, and when its invitee looked at it there."""

    invitation_id: UUID = Field(primary_key=True, foreign_key="invitation.id")
    device: str = Field(primary_key=True)
    delivered_at: datetime = instant()
    seen_at: datetime | None = instant(nullable=True)


preferences = table(NotificationPreference)
past_preferences = table(PastPreference)
deliveries = table(Delivery)
