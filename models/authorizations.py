"""Authorisations of sensitive operations: of one person, for one operation on one thing, used once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.authorizations import AuthorizationStatus, SensitiveOperation
from models.columns import choice, instant, table
from models.rows import Row

still_open = sa.text("status IN ('PENDING', 'APPROVED')")


class Authorization(Row, table=True):
    """`department_id` is the requester's when they asked: its supervisors decide, and admins."""

    __table_args__ = (
        # Somebody asks for one thing once at a time.
        sa.Index(
            "one_open_authorization",
            "requester_id",
            "operation",
            "target_id",
            unique=True,
            postgresql_where=still_open,
            sqlite_where=still_open,
        ),
        # Nobody decides about their own request.
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requester_id",
            name="authorization_by_another",
        ),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)", name="authorization_decided"
        ),
        # What was approved or denied was decided by somebody.
        sa.CheckConstraint(
            "status NOT IN ('APPROVED', 'DENIED', 'USED') OR decided_at IS NOT NULL",
            name="authorization_approved_by_somebody",
        ),
        sa.Index("authorization_by_department", "department_id", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    department_id: UUID = Field(foreign_key="department.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    requester_id: UUID = Field(foreign_key="agent.id")
    operation: SensitiveOperation = choice(SensitiveOperation)
    target_id: UUID
    purpose: str
    status: AuthorizationStatus = choice(AuthorizationStatus)
    requested_at: datetime = instant()
    expires_at: datetime = instant()
    decided_by_id: UUID | None = Field(default=None, foreign_key="agent.id")
    decided_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)


authorizations = table(Authorization)
