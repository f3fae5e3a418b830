"""Reads of organizations: departments, skills, policy, service identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.policies import Policy
from models.agents import skill_keywords, skills
from models.columns import among, checked
from models.database import Query, Reads
from models.narrowing import narrows
from models.organizations import (
    department_supervisors,
    departments,
    organizations,
    policies,
)
from models.prepared import prepared
from models.shapes import grouped, shape
from models.visibility import department_visible, skill_visible
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class DepartmentView:
    id: UUID
    slug: str
    name: str
    external: bool


@dataclass(frozen=True)
class SkillView:
    id: UUID
    slug: str
    name: str
    topic: str | None


@dataclass(frozen=True)
class ServiceIdentityView:
    display_name: str
    avatar_url: str | None


@dataclass(frozen=True)
class OrganizationView:
    id: UUID
    name: str
    service_identity: ServiceIdentityView


DEPARTMENT = shape(DepartmentView, departments)
SKILL = shape(SkillView, skills)


ORGANIZATION = prepared(lambda _, key: sa.select(organizations).where(organizations.c.id == key))
POLICY = prepared(
    lambda _, key: sa.select(*(policies.c[rule.name] for rule in fields(Policy))).where(
        policies.c.organization_id == key
    ),
    Policy,
)


async def organization(reads: Reads, organization_id: UUID) -> OrganizationView:
    (row,) = await ORGANIZATION.all(reads, key=organization_id)
    return OrganizationView(
        row.id, row.name, ServiceIdentityView(row.service_name, row.service_avatar_url)
    )


async def policy_of(reads: Reads, organization_id: UUID) -> Policy:
    return await POLICY.first(reads, key=organization_id) or Policy()


async def organizations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, OrganizationView]:
    return {actor.organization_id: await organization(reads, actor.organization_id)}


async def policies_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Policy]:
    return {actor.organization_id: await policy_of(reads, actor.organization_id)}


def _departments(actor: Actor) -> Query:
    return DEPARTMENT.select().where(department_visible(actor))


def _skills(actor: Actor) -> Query:
    return SKILL.select().where(skill_visible(actor))


k, s = skill_keywords.c, department_supervisors.c
DEPARTMENTS, SKILLS = Listing(DEPARTMENT, _departments), Listing(SKILL, _skills)
OF_ORGANIZATION = prepared(
    lambda actor, ids: DEPARTMENT.select().where(
        checked(departments.c.organization_id == actor.organization_id),
        among(departments.c.id, ids),
    ),
    DepartmentView,
)
DEPARTMENTS_BY_ID = prepared(
    lambda actor, ids: DEPARTMENT.select().where(
        checked(department_visible(actor)), among(departments.c.id, ids)
    ),
    DepartmentView,
)
SKILLS_BY_ID = prepared(
    lambda actor, ids: SKILL.select().where(checked(skill_visible(actor)), among(skills.c.id, ids)),
    SkillView,
)
KEYWORDS = prepared(
    lambda _, ids: (
        sa.select(k.skill_id, k.keyword).where(among(k.skill_id, ids)).order_by(k.keyword)
    )
)
SUPERVISORS = prepared(
    lambda _, ids: (
        sa.select(s.department_id, s.agent_id)
        .where(among(s.department_id, ids))
        .order_by(s.agent_id)
    )
)
BY_DEPARTMENT = Order((departments.c.name, departments.c.id))
BY_SKILL = Order((skills.c.name, skills.c.id))


async def list_departments(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[DepartmentView]:
    return await DEPARTMENTS.page(reads, actor, BY_DEPARTMENT, page)


@narrows("id")
async def departments_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, DepartmentView]:
    """Return departments of the asker's organization: rows refer to them."""
    return {view.id: view for view in await OF_ORGANIZATION.all(reads, actor, ids=ids)}


@narrows("id")
async def found_departments(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, DepartmentView]:
    return {view.id: view for view in await DEPARTMENTS_BY_ID.all(reads, actor, ids=ids)}


async def list_skills(reads: Reads, actor: Actor, page: PageRequest) -> PageView[SkillView]:
    return await SKILLS.page(reads, actor, BY_SKILL, page)


@narrows("id")
async def skills_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, SkillView]:
    return {view.id: view for view in await SKILLS_BY_ID.all(reads, actor, ids=ids)}


async def keywords_of_skills(
    reads: Reads, actor: Actor, skill_ids: Sequence[UUID]
) -> Mapping[UUID, list[str]]:
    rows = await KEYWORDS.all(reads, ids=skill_ids)
    by_skill = grouped(rows, itemgetter(0), skill_ids)
    return {key: [pair[1] for pair in pairs] for key, pairs in by_skill.items()}


async def supervisor_ids(
    reads: Reads, actor: Actor, department_ids: Sequence[UUID]
) -> Mapping[UUID, list[UUID]]:
    rows = await SUPERVISORS.all(reads, ids=department_ids)
    by_department = grouped(rows, itemgetter(0), department_ids)
    return {key: [pair[1] for pair in pairs] for key, pairs in by_department.items()}
