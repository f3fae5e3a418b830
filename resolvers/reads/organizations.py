"""Reads of organizations: departments, skills, policy, service identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.policies import Policy
from models.agents import skill_keywords, skills
from models.database import Query, Reads, first
from models.organizations import (
    department_supervisors,
    departments,
    organizations,
    policies,
)
from models.shapes import grouped, shape
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


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


async def organization(reads: Reads, organization_id: UUID) -> OrganizationView:
    o = organizations.c
    row = await first(reads, sa.select(organizations).where(o.id == organization_id))
    return OrganizationView(
        row.id, row.name, ServiceIdentityView(row.service_name, row.service_avatar_url)
    )


async def policy_of(reads: Reads, organization_id: UUID) -> Policy:
    rules = [policies.c[rule.name] for rule in fields(Policy)]
    row = await first(reads, sa.select(*rules).where(policies.c.organization_id == organization_id))
    return Policy(*row) if row else Policy()


async def organizations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, OrganizationView]:
    return {actor.organization_id: await organization(reads, actor.organization_id)}


async def policies_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Policy]:
    return {actor.organization_id: await policy_of(reads, actor.organization_id)}


def _departments(actor: Actor) -> Query:
    return DEPARTMENT.select().where(departments.c.organization_id == actor.organization_id)


def _skills(actor: Actor) -> Query:
    return SKILL.select().where(skills.c.organization_id == actor.organization_id)


async def list_departments(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[DepartmentView]:
    order = Order([departments.c.name, departments.c.id])
    return await read_page(reads, DEPARTMENT, _departments(actor), order, page)


async def departments_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, DepartmentView]:
    found = await DEPARTMENT.all(reads, _departments(actor).where(departments.c.id.in_(ids)))
    return {view.id: view for view in found}


async def list_skills(reads: Reads, actor: Actor, page: PageRequest) -> PageView[SkillView]:
    order = Order([skills.c.name, skills.c.id])
    return await read_page(reads, SKILL, _skills(actor), order, page)


async def skills_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, SkillView]:
    found = await SKILL.all(reads, _skills(actor).where(skills.c.id.in_(ids)))
    return {view.id: view for view in found}


async def keywords_of_skills(
    reads: Reads, actor: Actor, skill_ids: Sequence[UUID]
) -> Mapping[UUID, list[str]]:
    k = skill_keywords.c
    rows = await reads.all(
        sa.select(k.skill_id, k.keyword).where(k.skill_id.in_(skill_ids)).order_by(k.keyword)
    )
    by_skill = grouped([tuple(row) for row in rows], lambda pair: pair[0], skill_ids)
    return {key: [pair[1] for pair in pairs] for key, pairs in by_skill.items()}


async def supervisor_ids(
    reads: Reads, actor: Actor, department_ids: Sequence[UUID]
) -> Mapping[UUID, list[UUID]]:
    s = department_supervisors.c
    rows = await reads.all(
        sa.select(s.department_id, s.agent_id)
        .where(s.department_id.in_(department_ids))
        .order_by(s.agent_id)
    )
    by_department = grouped([tuple(row) for row in rows], lambda pair: pair[0], department_ids)
    return {key: [pair[1] for pair in pairs] for key, pairs in by_department.items()}
