"""Organizations: tenants, their departments and policies."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from domain.actors import OrganizationRole
from domain.policies import Policy
from models.columns import ChoiceSet, table


class Organization(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    name: str
    service_name: str
    service_avatar_url: str | None = None
    demo: bool = False


class Department(SQLModel, table=True):
    __table_args__ = (sa.UniqueConstraint("organization_id", "slug"),)

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    slug: str
    name: str
    external: bool = False


class DepartmentSupervisor(SQLModel, table=True):
    __tablename__ = "department_supervisor"

    department_id: UUID = Field(primary_key=True, foreign_key="department.id")
    agent_id: UUID = Field(primary_key=True, foreign_key="agent.id", index=True)


DEFAULTS = Policy()


class PolicyRow(SQLModel, table=True):
    """An organization without a row has the defaults."""

    __tablename__ = "policy"

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    enabled: bool = DEFAULTS.enabled
    standard_limit: int = DEFAULTS.standard_limit
    vip_limit: int = DEFAULTS.vip_limit
    urgent_limit: int = DEFAULTS.urgent_limit
    complaint_limit: int = DEFAULTS.complaint_limit
    collaborations_per_agent: int = DEFAULTS.collaborations_per_agent
    invitation_validity_seconds: int = DEFAULTS.invitation_validity_seconds
    inviting_roles: frozenset[OrganizationRole] = Field(
        default=DEFAULTS.inviting_roles,
        sa_column=sa.Column(ChoiceSet(OrganizationRole), nullable=False),
    )


organizations = table(Organization)
departments = table(Department)
department_supervisors = table(DepartmentSupervisor)
policies = table(PolicyRow)
