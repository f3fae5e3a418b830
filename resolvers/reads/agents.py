"""Reads of agents: who is there, what they can do, how busy they are, whether they can be invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, OrganizationRole
from domain.agents import AgentPresence
from domain.errors import Reason
from domain.invitations import InvitationKind
from domain.permissions import ParticipantRole
from domain.policies import Policy
from models.agents import agent_skills, agents, skills
from models.columns import ESCAPE, among, checked, containing
from models.conversations import participants
from models.database import Query, Reads
from models.narrowing import narrows
from models.organizations import policies
from models.prepared import given, prepared
from models.shapes import grouped, shape, varied
from models.visibility import agent_visible, current_presence, is_present
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


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
        return varied(self, eligibility=found)


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


a = agents.c
AGENT = shape(AgentView, agents, presence=current_presence(), eligibility=sa.null())
AGENT_SKILL = shape(AgentSkillView, agent_skills, slug=skills.c.slug, name=skills.c.name)


class AgentOrder(StrEnum):
    NAME = "NAME"
    COLLABORATIONS = "COLLABORATIONS"


ORDERS = {
    AgentOrder.NAME: (a.name, a.id),
    AgentOrder.COLLABORATIONS: (a.collaborations, a.name, a.id),
}
CONNECTED = frozenset(AgentPresence) - {AgentPresence.OFFLINE}


@dataclass(frozen=True)
class AgentFilter:
    """Departments any of, skills all of, every word of the text somewhere in name, alias, e-mail or title."""

    department_ids: Sequence[UUID] | None = None
    skill_ids: Sequence[UUID] | None = None
    text: str | None = None
    presences: frozenset[AgentPresence] = CONNECTED

    def values(self) -> dict[str, Any]:
        words = (self.text or "").lower().split()
        skilled = set(self.skill_ids or ())
        return given(
            presences=self.presences,
            department_ids=self.department_ids,
            skill_ids=skilled or None,
            skill_count=len(skilled) or None,
        ) | {f"word_{n}": containing(word) for n, word in enumerate(words)}


def _matching(actor: Actor, presences: Any, **values: Any) -> Query:
    """Return a statement that looks at as few as it can: at a department's, or else at those with the skills."""
    departments, skilled = values.pop("department_ids", None), values.pop("skill_ids", None)
    count = values.pop("skill_count", None)
    found = AGENT.select().where(among(current_presence(), presences))
    if departments is not None:
        found = found.where(among(a.department_id, departments))
    if skilled is not None:
        found = found.where(_has(skilled, count, one_by_one=departments is not None))
    narrowed = departments is not None or skilled is not None
    found = found.where(checked(agent_visible(actor)) if narrowed else agent_visible(actor))
    return found.where(*(_mentions(pattern) for pattern in values.values()))


def _has(skill_ids: Any, count: Any, *, one_by_one: bool) -> sa.ColumnElement[bool]:
    """Tell who has all of these skills."""
    s = agent_skills.c
    some = among(s.skill_id, skill_ids)
    if one_by_one:
        held = sa.select(sa.func.count()).where(s.agent_id == a.id, some).scalar_subquery()
        return sa.and_(held == count)
    return a.id.in_(
        sa.select(s.agent_id).where(some).group_by(s.agent_id).having(sa.func.count() == count)
    )


def _mentions(pattern: Any) -> sa.ColumnElement[bool]:
    columns = (a.name, a.alias, a.email, a.title)
    return sa.or_(*(sa.func.lower(column).like(pattern, escape=ESCAPE) for column in columns))


ONLINE = Listing(AGENT, _matching)
OF_ORGANIZATION = prepared(
    lambda actor, ids: AGENT.select().where(
        checked(a.organization_id == actor.organization_id), among(a.id, ids)
    ),
    AgentView,
)
COLLEAGUES = prepared(
    lambda actor, ids: AGENT.select().where(checked(agent_visible(actor)), among(a.id, ids)),
    AgentView,
)
SKILLS = prepared(
    lambda _, ids: (
        AGENT_SKILL.select()
        .join_from(agent_skills, skills)
        .where(among(agent_skills.c.agent_id, ids))
        .order_by(agent_skills.c.level.desc(), skills.c.slug)
    ),
    AgentSkillView,
)


def _loads(_: Actor, ids: Any) -> Query:
    p = participants.c
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
    most = sa.func.coalesce(capacity, Policy().collaborations_per_agent)
    return sa.select(a.id, a.collaborations, most, leading).where(among(a.id, ids))


LOADS = prepared(_loads, LoadView)


async def online_agents(
    reads: Reads, actor: Actor, wanted: AgentFilter, order: Order, page: PageRequest
) -> PageView[AgentView]:
    return await ONLINE.page(reads, actor, order, page, **wanted.values())


@narrows("id")
async def agents_by_id(reads: Reads, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, AgentView]:
    """Return agents of the asker's organization, the retired among them: rows refer to them."""
    return {view.id: view for view in await OF_ORGANIZATION.all(reads, actor, ids=ids)}


@narrows("id")
async def colleagues_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AgentView]:
    return {view.id: view for view in await COLLEAGUES.all(reads, actor, ids=ids)}


@narrows("agent_id")
async def skills_of_agents(
    reads: Reads, actor: Actor, agent_ids: Sequence[UUID]
) -> Mapping[UUID, list[AgentSkillView]]:
    found = await SKILLS.all(reads, ids=agent_ids)
    return grouped(found, attrgetter("agent_id"), agent_ids)


async def loads_of_agents(
    reads: Reads, actor: Actor, agent_ids: Sequence[UUID]
) -> Mapping[UUID, LoadView]:
    return {view.agent_id: view for view in await LOADS.all(reads, ids=agent_ids)}
