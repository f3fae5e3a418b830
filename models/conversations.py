"""Conversations: the customer, the group that works together, and each person's part in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    LeaveReason,
)
from domain.permissions import ParticipantRole, PermissionLevel
from models.columns import choice, classes, instant, rank, table
from models.rows import Row


class Customer(Row, table=True):
    __table_args__ = (sa.UniqueConstraint("organization_id", "external_id"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    external_id: str
    name: str
    email: str | None = None
    phone: str | None = None
    tier: CustomerTier = choice(CustomerTier)
    churn_risk: bool = False
    opportunity: bool = False


class Conversation(Row, table=True):
    """`target_missed_for` is when the customer asked what was not answered in time, the last time that this was found."""

    __table_args__ = (
        # Seats are never given beyond the limit that held when the last one was given.
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_taken <= seat_limit", name="conversation_seats"
        ),
        sa.CheckConstraint(
            "(status = 'CLOSED') = (closed_at IS NOT NULL)", name="conversation_closed"
        ),
        sa.Index("conversation_by_department", "department_id", "opened_at"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    department_id: UUID = Field(foreign_key="department.id")
    subject: str
    status: ConversationStatus = choice(ConversationStatus)
    classes: frozenset[ConversationClass] = classes()
    seats_taken: int = 0
    seat_limit: int
    version: int = 1
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(nullable=True)
    target_missed_for: datetime | None = instant(nullable=True)


open_collaboration = sa.text("ended_at IS NULL")


class Collaboration(Row, table=True):
    __table_args__ = (
        # One collaboration at a time in a conversation.
        sa.Index(
            "one_open_collaboration",
            "conversation_id",
            unique=True,
            postgresql_where=open_collaboration,
            sqlite_where=open_collaboration,
        ),
    )

    id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    opened_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    outcome: CollaborationOutcome | None = choice(CollaborationOutcome, nullable=True)


present = sa.text("left_at IS NULL")
present_primary = sa.text("left_at IS NULL AND role = 'PRIMARY'")


class Participant(Row, table=True):
    """One person in one role for a time. A change of role ends the row and begins another."""

    __table_args__ = (
        # One active primary in a conversation.
        sa.Index(
            "one_primary",
            "conversation_id",
            unique=True,
            postgresql_where=present_primary,
            sqlite_where=present_primary,
        ),
        # Nobody takes part twice at once.
        sa.Index(
            "one_participation",
            "conversation_id",
            "agent_id",
            unique=True,
            postgresql_where=present,
            sqlite_where=present,
        ),
        # FULL is the primary's alone; level 5 is FULL.
        sa.CheckConstraint("(level = 5) = (role = 'PRIMARY')", name="participant_full_is_primary"),
        # Whoever has left has left for a reason.
        sa.CheckConstraint(
            "(left_at IS NULL) = (leave_reason IS NULL)", name="participant_left_for_a_reason"
        ),
        # A temporary level knows what to return to.
        sa.CheckConstraint(
            "(level_until IS NULL) = (base_level IS NULL)", name="participant_level_returns"
        ),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    agent_id: UUID = Field(foreign_key="agent.id", index=True)
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id", index=True)
    collaboration_id: UUID | None = Field(default=None, foreign_key="collaboration.id", index=True)
    role: ParticipantRole = choice(ParticipantRole)
    level: PermissionLevel = rank(PermissionLevel)
    base_level: PermissionLevel | None = rank(PermissionLevel, nullable=True)
    level_until: datetime | None = instant(nullable=True)
    ends_at: datetime | None = instant(nullable=True)
    joined_at: datetime = instant()
    left_at: datetime | None = instant(nullable=True)
    leave_reason: LeaveReason | None = choice(LeaveReason, nullable=True)
    active_at: datetime | None = instant(nullable=True)
    idle_warned_at: datetime | None = instant(nullable=True)
    read_at: datetime | None = instant(nullable=True)
    active_seconds: int = 0


customers = table(Customer)
conversations = table(Conversation)
collaborations = table(Collaboration)
participants = table(Participant)
