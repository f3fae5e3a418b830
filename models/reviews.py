"""Reviews of emergencies: each emergency invitation leaves one, open until somebody settles it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.reviews import EmergencyVerdict
from models.columns import choice, instant, table
from models.rows import Row


class EmergencyReview(Row, table=True):
    """`id` is the group of the invitations it is about; `department_id` is the inviter's when they called it."""

    __tablename__ = "emergency_review"
    __table_args__ = (
        # Who settles it says what they found, and when.
        sa.CheckConstraint(
            "(settled_at IS NULL) = (verdict IS NULL) AND (settled_at IS NULL) = (comment IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="emergency_review_settled",
        ),
        # Nobody settles their own.
        sa.CheckConstraint(
            "settled_by_id IS NULL OR settled_by_id <> inviter_id",
            name="emergency_review_by_another",
        ),
        sa.Index("emergency_review_by_department", "department_id", "raised_at"),
        sa.Index("emergency_review_by_inviter", "inviter_id", "raised_at"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    department_id: UUID = Field(foreign_key="department.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    inviter_id: UUID = Field(foreign_key="agent.id")
    reason: str
    raised_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True)
    settled_by_id: UUID | None = Field(default=None, foreign_key="agent.id")
    verdict: EmergencyVerdict | None = choice(EmergencyVerdict, nullable=True)
    comment: str | None = None


reviews = table(EmergencyReview)
