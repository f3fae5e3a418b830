"""Holds: the times in which the service has asked the customer to wait."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from models.columns import instant, table
from models.rows import Row

going_on = sa.text("ended_at IS NULL")


class Hold(Row, table=True):
    """`resumes_at` is what the customer was told; the hold may end before."""

    __table_args__ = (
        # A conversation is on hold once at a time.
        sa.Index(
            "one_hold",
            "conversation_id",
            unique=True,
            postgresql_where=going_on,
            sqlite_where=going_on,
        ),
    )

    id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    paused_by_id: UUID = Field(foreign_key="agent.id")
    reason: str
    paused_at: datetime = instant()
    resumes_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


holds = table(Hold)
