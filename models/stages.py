"""Stages of the service in a conversation, one after another, each with its owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from models.columns import instant, table
from models.rows import Row

going_on = sa.text("left_at IS NULL")


class ServiceStage(Row, table=True):
    __tablename__ = "service_stage"
    __table_args__ = (
        # A conversation is in one stage at a time.
        sa.Index(
            "one_stage",
            "conversation_id",
            unique=True,
            postgresql_where=going_on,
            sqlite_where=going_on,
        ),
        sa.Index("stage_by_conversation", "conversation_id", "entered_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    owner_id: UUID = Field(foreign_key="agent.id")
    name: str
    entered_at: datetime = instant()
    left_at: datetime | None = instant(nullable=True)


stages = table(ServiceStage)
