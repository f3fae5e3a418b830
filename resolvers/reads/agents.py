"""Reads of agents: who is there, what they can do, how busy they are, whether they can be invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, OrganizationRole
from domain.agents import AgentPresence
from domain.errors import Reason
from domain.invitations import InvitationKind
from domain.permissions import ParticipantRole
from domain.policies import Policy
from models.agents import agent_skills, agents, skills
from models.conversations import participants
from models.database import Query, Reads
from models.organizations import policies
from models.shapes import grouped, shape
from models.visibility import agent_visible, current_presence, is_present
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


@dataclass(frozen=True)
class EligibilityView:
    """`kind` is None where nobody can be invited at all."""

    reasons: Sequence[Reason]
    kind: InvitationKind | None = None
    approval_needed: bool = False

    @property
    def can_invite(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class AgentView:
    id: UUID
    department_id: UUID
    name: str
    alias: str | None
    email: str
    title: str | None
    role: OrganizationRole
    presence: AgentPresence
    last_seen_at: datetime | None
    collaborations: int
    eligibility: EligibilityView | None = None

    def with_eligibility(self, found: EligibilityView) -> AgentView:
        return replace(self, eligibility=found)


@dataclass(frozen=True)
class AgentSkillView:
    agent_id: UUID
    skill_id: UUID
    slug: str
    name: str
    level: int


@dataclass(frozen=True)
class LoadView:
    agent_id: UUID
    collaborations: int
    capacity: int
    primary_conversations: int


AGENT = shape(AgentView, agents, presence=current_presence(), eligibility=sa.null())
AGENT_SKILL = shape(AgentSkillView, agent_skills, slug=skills.c.slug, name=skills.c.name)


class AgentOrder(StrEnum):
    NAME = "NAME"
    COLLABORATIONS = "COLLABORATIONS"


ORDERS = {
    AgentOrder.NAME: [agents.c.name, agents.c.id],
    AgentOrder.COLLABORATIONS: [agents.c.collaborations, agents.c.name, agents.c.id],
}
CONNECTED = frozenset(AgentPresence) - {AgentPresence.OFFLINE}


@dataclass(frozen=True)
class AgentFilter:
    """Departments any of, skills all of, every word of the text somewhere in name, alias, e-mail or title."""

    department_ids: Sequence[UUID] | None = None
    skill_ids: Sequence[UUID] | None = None
    text: str | None = None
    presences: frozenset[AgentPresence] = CONNECTED


def matching(actor: Actor, wanted: AgentFilter) -> Query:
    a = agents.c
    found = AGENT.select().where(agent_visible(actor), current_presence().in_(wanted.presences))
    if wanted.department_ids is not None:
        found = found.where(a.department_id.in_(wanted.department_ids))
    if wanted.skill_ids:
        found = found.where(a.id.in_(_skilled_in(set(wanted.skill_ids))))
    for word in (wanted.text or "").lower().split():
        found = found.where(_mentions(word))
    return found


def _skilled_in(skill_ids: set[UUID]) -> Query:
    s = agent_skills.c
    return (
        sa.select(s.agent_id)
        .where(s.skill_id.in_(skill_ids))
        .group_by(s.agent_id)
        .having(sa.func.count() == len(skill_ids))
    )


def _mentions(word: str) -> sa.ColumnElement[bool]:
    a = agents.c
    return sa.or_(
        *(
            sa.func.lower(column).contains(word, autoescape=True)
            for column in (a.name, a.alias, a.email, a.title)
        )
    )


async def online_agents(
    reads: Reads, actor: Actor, wanted: AgentFilter, order: Order, page: PageRequest
) -> PageView[AgentView]:
    return await read_page(reads, AGENT, matching(actor, wanted), order, page)


async def agents_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, AgentView]:
    """Return agents of the asker's organization, the retired among them: rows refer to them."""
    a = agents.c
    ours = AGENT.select().where(a.organization_id == actor.organization_id, a.id.in_(ids))
    return {view.id: view for view in await AGENT.all(reads, ours)}


async def colleagues_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AgentView]:
    visible = AGENT.select().where(agent_visible(actor), agents.c.id.in_(ids))
    return {view.id: view for view in await AGENT.all(reads, visible)}


async def skills_of_agents(
    reads: Reads, actor: Actor, agent_ids: Sequence[UUID]
) -> Mapping[UUID, list[AgentSkillView]]:
    statement = (
        AGENT_SKILL.select()
        .join_from(agent_skills, skills)
        .where(agent_skills.c.agent_id.in_(agent_ids))
        .order_by(agent_skills.c.level.desc(), skills.c.slug)
    )
    return grouped(await AGENT_SKILL.all(reads, statement), lambda view: view.agent_id, agent_ids)


async def loads_of_agents(
    reads: Reads, actor: Actor, agent_ids: Sequence[UUID]
) -> Mapping[UUID, LoadView]:
    a, p = agents.c, participants.c
    leading = (
        sa.select(sa.func.count())
        .where(p.agent_id == a.id, p.role == ParticipantRole.PRIMARY, is_present())
        .scalar_subquery()
    )
    capacity = (
        sa.select(policies.c.collaborations_per_agent)
        .where(policies.c.organization_id == a.organization_id)
        .scalar_subquery()
    )
    default = Policy().collaborations_per_agent
    rows = await reads.all(
        sa.select(a.id, a.collaborations, sa.func.coalesce(capacity, default), leading).where(
            a.id.in_(agent_ids)
        )
    )
    return {row[0]: LoadView(*row) for row in rows}
