"""Invitations: offers to take part."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.invitations import CollaborationType, DeclineReason, InvitationKind, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from models.columns import choice, instant, rank, table
from models.rows import Row

still_open = sa.text("status IN ('AWAITING_APPROVAL', 'PENDING')")


class Invitation(Row, table=True):
    """`group_id` is shared by those of whom one can accept: they hold one seat together.

    An invitation that awaits approval is nothing to its invitee yet: `pending_at` says since when it is.
    """

    __table_args__ = (
        # One open invitation per invitee and conversation.
        sa.Index(
            "one_open_invitation",
            "conversation_id",
            "invitee_id",
            unique=True,
            postgresql_where=still_open,
            sqlite_where=still_open,
        ),
        # FULL is never offered; level 5 is FULL.
        sa.CheckConstraint("level < 5", name="invitation_level"),
        sa.CheckConstraint("inviter_id <> invitee_id", name="invitation_of_another"),
        # An answered or ended invitation knows when.
        sa.CheckConstraint(
            "(status IN ('AWAITING_APPROVAL', 'PENDING')) = (ended_at IS NULL)",
            name="invitation_ended",
        ),
        sa.Index("invitation_of_group", "group_id"),
        sa.Index("invitation_for_approval", "approval_department_id", "id"),
        sa.Index("invitation_lately_received", "invitee_id", "sent_at"),
        sa.Index("invitation_lately_sent", "inviter_id", "sent_at"),
        sa.Index("invitation_received", "invitee_id", "id"),
        sa.Index("invitation_sent", "inviter_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    inviter_id: UUID = Field(foreign_key="agent.id")
    invitee_id: UUID = Field(foreign_key="agent.id")
    kind: InvitationKind = choice(InvitationKind)
    type: CollaborationType = choice(CollaborationType)
    role: ParticipantRole = choice(ParticipantRole)
    level: PermissionLevel = rank(PermissionLevel)
    ends_at: datetime | None = instant(nullable=True)
    background: str | None = None
    special_notes: str | None = None
    status: InvitationStatus = choice(InvitationStatus)
    sent_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    group_id: UUID
    pending_at: datetime | None = instant(nullable=True)
    approval_department_id: UUID | None = Field(default=None, foreign_key="department.id")
    decided_by_id: UUID | None = Field(default=None, foreign_key="agent.id")
    rejection_reason: str | None = None
    emergency_reason: str | None = None
    deferred_until: datetime | None = instant(nullable=True)
    decline_reason: DeclineReason | None = choice(DeclineReason, nullable=True)
    decline_comment: str | None = None


class Deputy(Row, table=True):
    """Who is asked next when nobody of the group has accepted in time, in the order of `place`."""

    __tablename__ = "invitation_deputy"

    group_id: UUID = Field(primary_key=True)
    place: int = Field(primary_key=True)
    agent_id: UUID = Field(foreign_key="agent.id")


invitations = table(Invitation)
deputies = table(Deputy)
