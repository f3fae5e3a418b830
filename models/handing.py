"""Offers of the primary role, and delegations of it for a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.handing import DelegationEnding, OfferStatus
from domain.permissions import ParticipantRole, PermissionLevel
from models.columns import choice, instant, rank, table
from models.rows import Row

pending = sa.text("status = 'PENDING'")
going_on = sa.text("ended_at IS NULL")


class PrimaryOffer(Row, table=True):
    __tablename__ = "primary_offer"
    __table_args__ = (
        # The role is offered to one person at a time.
        sa.Index(
            "one_primary_offer",
            "conversation_id",
            unique=True,
            postgresql_where=pending,
            sqlite_where=pending,
        ),
        # An offer that was answered or ended knows when.
        sa.CheckConstraint("(status = 'PENDING') = (ended_at IS NULL)", name="primary_offer_ended"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    offered_by_id: UUID = Field(foreign_key="agent.id")
    agent_id: UUID = Field(foreign_key="agent.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    stay_as: ParticipantRole = choice(ParticipantRole)
    status: OfferStatus = choice(OfferStatus)
    offered_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class Delegation(Row, table=True):
    """Role, level and end are what the delegate held before, and gets back."""

    __table_args__ = (
        # Somebody leads for somebody else once at a time.
        sa.Index(
            "one_delegation",
            "conversation_id",
            unique=True,
            postgresql_where=going_on,
            sqlite_where=going_on,
        ),
        sa.CheckConstraint("principal_id <> delegate_id", name="delegation_to_another"),
        # A delegation ends for a reason.
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name="delegation_ended_for_a_reason"
        ),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    principal_id: UUID = Field(foreign_key="agent.id")
    delegate_id: UUID = Field(foreign_key="agent.id")
    role: ParticipantRole = choice(ParticipantRole)
    level: PermissionLevel = rank(PermissionLevel)
    ends_at: datetime | None = instant(nullable=True)
    began_at: datetime = instant()
    until: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ending: DelegationEnding | None = choice(DelegationEnding, nullable=True)


offers = table(PrimaryOffer)
delegations = table(Delegation)
