"""Agents, what they are good at, and the leases that say who is connected; integrations of host systems."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.actors import OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from models.columns import ChoiceSet, choice, instant, table
from models.rows import Row


class Agent(Row, table=True):
    __table_args__ = (
        # A key names one agent of an organization.
        sa.UniqueConstraint("organization_id", "key"),
        # Collaborations are counted up and down with their participants.
        sa.CheckConstraint("collaborations >= 0", name="agent_collaborations_counted"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    department_id: UUID = Field(foreign_key="department.id", index=True)
    key: str
    name: str
    alias: str | None = None
    email: str
    title: str | None = None
    role: OrganizationRole = choice(OrganizationRole)
    active: bool = True
    granted_rights: frozenset[OrganizationRight] = Field(
        default=frozenset(), sa_column=sa.Column(ChoiceSet(OrganizationRight), nullable=False)
    )
    stated_presence: AgentPresence = choice(AgentPresence)
    last_seen_at: datetime | None = instant(nullable=True)
    collaborations: int = 0


class Lease(Row, table=True):
    """One connection of an agent is alive until `expires_at`, unless a heartbeat renews it."""

    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id")
    connection_id: str = Field(primary_key=True)
    expires_at: datetime = instant()


class Skill(Row, table=True):
    __table_args__ = (sa.UniqueConstraint("organization_id", "slug"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    slug: str
    name: str
    topic: str | None = None


class SkillKeyword(Row, table=True):
    """A word or phrase that tells that a text is about the skill, in any language."""

    __tablename__ = "skill_keyword"

    skill_id: UUID = Field(primary_key=True, foreign_key="skill.id")
    keyword: str = Field(primary_key=True)


class AgentSkill(Row, table=True):
    __tablename__ = "agent_skill"
    __table_args__ = (sa.CheckConstraint("level BETWEEN 1 AND 5", name="agent_skill_level"),)

    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id")
    skill_id: UUID = Field(primary_key=True, foreign_key="skill.id", index=True)
    level: int


class TrackRecord(Row, table=True):
    """What came of the collaborations of an agent on one subject; counted when a collaboration ends with an outcome."""

    __tablename__ = "track_record"
    __table_args__ = (
        # Nobody succeeds more often than they tried.
        sa.CheckConstraint("solved >= 0 AND solved <= tried", name="track_record_counted"),
    )

    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id")
    skill_id: UUID = Field(primary_key=True, foreign_key="skill.id", index=True)
    tried: int
    solved: float = Field(sa_type=sa.Double)


class Integration(Row, table=True):
    """A host system that opens conversations and relays for customers."""

    __table_args__ = (sa.UniqueConstraint("organization_id", "key"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    key: str
    name: str


agents = table(Agent)
leases = table(Lease)
skills = table(Skill)
skill_keywords = table(SkillKeyword)
agent_skills = table(AgentSkill)
track_records = table(TrackRecord)
integrations = table(Integration)
