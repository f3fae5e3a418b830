"""Organizations: tenants, their departments and policies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.actors import OrganizationRole
from domain.policies import DiscussFirst, Policy
from models.columns import Choice, ChoiceSet, instant, table
from models.rows import Row


class Organization(Row, table=True):
    __table_args__ = (
        # Collaborations are counted as they begin and end.
        sa.CheckConstraint("collaborations >= 0", name="organization_collaborations_counted"),
    )

    id: UUID = Field(primary_key=True)
    name: str
    service_name: str
    service_avatar_url: str | None = None
    demo: bool = False
    collaborations: int = 0


class Department(Row, table=True):
    __table_args__ = (sa.UniqueConstraint("organization_id", "slug"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    slug: str
    name: str
    external: bool = False


class DepartmentSupervisor(Row, table=True):
    __tablename__ = "department_supervisor"

    department_id: UUID = Field(primary_key=True, foreign_key="department.id")
    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id", index=True)


DEFAULTS = Policy()


class PolicyRow(Row, table=True):
    """An organization without a row has the defaults, at version 1."""

    __tablename__ = "policy"

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    version: int = 1
    enabled: bool = DEFAULTS.enabled
    standard_limit: int = DEFAULTS.standard_limit
    vip_limit: int = DEFAULTS.vip_limit
    urgent_limit: int = DEFAULTS.urgent_limit
    complaint_limit: int = DEFAULTS.complaint_limit
    collaborations_per_agent: int = DEFAULTS.collaborations_per_agent
    collaborations_per_organization: int = DEFAULTS.collaborations_per_organization
    roles_that_may_invite: frozenset[OrganizationRole] = Field(
        default=DEFAULTS.roles_that_may_invite,
        sa_column=sa.Column(ChoiceSet(OrganizationRole), nullable=False),
    )
    discuss_first: DiscussFirst = Field(
        default=DEFAULTS.discuss_first, sa_column=sa.Column(Choice(DiscussFirst), nullable=False)
    )
    invitation_validity_seconds: int = DEFAULTS.invitation_validity_seconds
    approval_validity_seconds: int = DEFAULTS.approval_validity_seconds
    longest_deferral_seconds: int = DEFAULTS.longest_deferral_seconds
    reminder_seconds: int = DEFAULTS.reminder_seconds
    deputies_after_seconds: int = DEFAULTS.deputies_after_seconds
    invitations_per_inviter_per_minute: int = DEFAULTS.invitations_per_inviter_per_minute
    invitations_per_invitee_per_minute: int = DEFAULTS.invitations_per_invitee_per_minute
    emergencies_per_inviter_per_hour: int = DEFAULTS.emergencies_per_inviter_per_hour
    authorization_validity_seconds: int = DEFAULTS.authorization_validity_seconds
    idle_warning_seconds: int = DEFAULTS.idle_warning_seconds
    idle_removal_seconds: int = DEFAULTS.idle_removal_seconds
    primary_unresponsive_seconds: int = DEFAULTS.primary_unresponsive_seconds
    invitation_answer_target_seconds: int = DEFAULTS.invitation_answer_target_seconds
    decision_target_seconds: int = DEFAULTS.decision_target_seconds
    customer_reply_target_seconds: int = DEFAULTS.customer_reply_target_seconds
    collaboration_target_seconds: int = DEFAULTS.collaboration_target_seconds
    presence_lease_seconds: int = DEFAULTS.presence_lease_seconds
    heartbeat_seconds: int = DEFAULTS.heartbeat_seconds
    skill_weight: int = DEFAULTS.skill_weight
    history_weight: int = DEFAULTS.history_weight
    load_weight: int = DEFAULTS.load_weight
    availability_weight: int = DEFAULTS.availability_weight
    event_retention_days: int = DEFAULTS.event_retention_days


class PolicyChange(Row, table=True):
    """Who set what when. `settings` is JSON: each setting's name with its value before and after, in words."""

    __tablename__ = "policy_change"

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    version: int = Field(primary_key=True)
    changed_by_id: UUID = Field(foreign_key="agent.id")
    changed_at: datetime = instant()
    settings: str


organizations = table(Organization)
departments = table(Department)
department_supervisors = table(DepartmentSupervisor)
policies = table(PolicyRow)
policy_changes = table(PolicyChange)
