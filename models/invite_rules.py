"""Rules that an organization set itself: when to invite whom."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass, CustomerTier
from domain.invitations import CollaborationType
from domain.invite_rules import InviteUrgency
from domain.permissions import ParticipantRole
from models.columns import Words, choice, table
from models.rows import Row


class InviteRuleRow(Row, table=True):
    """An organization without a row for a usual rule has the usual one, at version 1."""

    __tablename__ = "invite_rule"
    __table_args__ = (
        sa.CheckConstraint("least_level BETWEEN 1 AND 5", name="invite_rule_level"),
        sa.CheckConstraint("people BETWEEN 1 AND 5", name="invite_rule_people"),
    )

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    slug: str = Field(primary_key=True)
    version: int = 1
    position: int
    reason: str
    topic: str | None = None
    tier: CustomerTier | None = choice(CustomerTier, nullable=True)
    churn_risk: bool = False
    opportunity: bool = False
    conversation_class: ConversationClass | None = choice(ConversationClass, nullable=True)
    words: tuple[str, ...] = Field(default=(), sa_column=sa.Column(Words, nullable=False))
    wanted_topic: str | None = None
    wanted_role: OrganizationRole | None = choice(OrganizationRole, nullable=True)
    least_level: int = 1
    people: int = 1
    role: ParticipantRole = choice(ParticipantRole)
    type: CollaborationType = choice(CollaborationType)
    urgency: InviteUrgency = choice(InviteUrgency)
    automatic: bool = False
    enabled: bool = True


invite_rules = table(InviteRuleRow)
