"""The rows that are there before anybody talks: organizations, people, skills and who is connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from domain.actors import OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import CustomerTier
from domain.invite_rules import USUAL_RULES
from domain.policies import BOUNDS
from models.agents import Agent, AgentSkill, Integration, Lease, Skill, SkillKeyword
from models.conversations import Customer
from models.invite_rules import InviteRuleRow
from models.organizations import Department, DepartmentSupervisor, PolicyRow
from server.demo.clientele import CUSTOMERS
from server.demo.firms import DEPARTMENTS, INTEGRATIONS, ORGANIZATIONS, SKILLS
from server.demo.keywords import KEYWORDS
from server.demo.staff import AGENTS
from server.demo.tables import cells, fixed_id, members

CONNECTION = "demo"
CONNECTED_FOR = timedelta(days=3653)
AWAY_FOR = timedelta(hours=9)


def organization_rows() -> list[dict[str, Any]]:
    return [
        {
            "id": fixed_id("organization", key),
            "name": name,
            "service_name": service,
            "service_avatar_url": avatar,
            "demo": True,
        }
        for key, name, service, avatar in cells(ORGANIZATIONS)
    ]


def rows(now: datetime) -> Iterator[Sequence[SQLModel]]:
    """Yield the rows of one table after another, those that others refer to first."""
    yield _policies()
    yield _departments()
    yield _skills()
    yield _keywords()
    yield _integrations()
    agents = [_agent(firm, line, now) for firm, line in _staff()]
    yield agents
    yield _agent_skills()
    yield _supervisors()
    yield _leases(agents, now)
    yield _customers()


def _policies() -> list[SQLModel]:
    """Whoever plays invites the same people again and again, and nobody in the demo moves by themselves."""
    longest = BOUNDS["idle_removal_seconds"][1]
    return [
        PolicyRow(
            organization_id=fixed_id("organization", key),
            invitations_per_inviter_per_minute=100,
            invitations_per_invitee_per_minute=100,
            idle_warning_seconds=longest // 2,
            idle_removal_seconds=longest,
        )
        for key, *_ in cells(ORGANIZATIONS)
    ]


def rules() -> list[SQLModel]:
    """Return what one firm set itself: from now on its VIP customers are served by several people from the start."""
    usual = next(rule for rule in USUAL_RULES if rule.slug == "vip")
    settings = {**asdict(usual), "automatic": True}
    return [
        InviteRuleRow(organization_id=fixed_id("organization", "skysail"), version=2, **settings)
    ]


def _departments() -> list[SQLModel]:
    return [
        Department(
            id=fixed_id("department", f"{firm}/{slug}"),
            organization_id=fixed_id("organization", firm),
            slug=slug,
            name=name,
            external=external == "yes",
        )
        for firm, slug, name, external, _ in cells(DEPARTMENTS)
    ]


def _supervisors() -> list[SQLModel]:
    return [
        DepartmentSupervisor(
            department_id=fixed_id("department", f"{firm}/{slug}"), agent_id=fixed_id("agent", key)
        )
        for firm, slug, _, _, supervisors in cells(DEPARTMENTS)
        for key in members(supervisors)
    ]


def _skills() -> list[SQLModel]:
    topics = {(firm, slug): topic for firm, slug, topic, _ in cells(KEYWORDS)}
    return [
        Skill(
            id=fixed_id("skill", f"{firm}/{slug}"),
            organization_id=fixed_id("organization", firm),
            slug=slug,
            name=name,
            topic=topics[firm, slug],
        )
        for firm, slug, name in cells(SKILLS)
    ]


def _keywords() -> list[SQLModel]:
    return [
        SkillKeyword(skill_id=fixed_id("skill", f"{firm}/{slug}"), keyword=keyword)
        for firm, slug, _, keywords in cells(KEYWORDS)
        for keyword in members(keywords)
    ]


def _integrations() -> list[SQLModel]:
    return [
        Integration(
            id=fixed_id("integration", key),
            organization_id=fixed_id("organization", firm),
            key=key,
            name=name,
        )
        for firm, key, name in cells(INTEGRATIONS)
    ]


def _staff() -> Iterator[tuple[str, list[str]]]:
    for firm, lines in AGENTS.items():
        for line in cells(lines):
            yield firm, line


# Who may do more than their role lets them.
GRANTED = {"lin": frozenset({OrganizationRight.INVITE_EXTERNAL})}


def _agent(firm: str, line: list[str], now: datetime) -> Agent:
    key, name, alias, department, title, role, presence, _ = line
    stated = AgentPresence(presence)
    return Agent(
        id=fixed_id("agent", key),
        organization_id=fixed_id("organization", firm),
        department_id=fixed_id("department", f"{firm}/{department}"),
        key=key,
        name=name,
        alias=alias or None,
        email=f"{key}@{firm}.example",
        title=title,
        role=OrganizationRole(role),
        stated_presence=stated,
        granted_rights=GRANTED.get(key, frozenset()),
        last_seen_at=now - (AWAY_FOR if stated is AgentPresence.OFFLINE else timedelta()),
    )


def _agent_skills() -> list[SQLModel]:
    return [
        AgentSkill(
            agent_id=fixed_id("agent", line[0]),
            skill_id=fixed_id("skill", f"{firm}/{slug}"),
            level=int(level),
        )
        for firm, line in _staff()
        for slug, level in (skill.split() for skill in members(line[-1]))
    ]


def _leases(agents: Sequence[Agent], now: datetime) -> list[SQLModel]:
    until = now + CONNECTED_FOR
    return [
        Lease(agent_id=agent.id, connection_id=CONNECTION, expires_at=until)
        for agent in agents
        if agent.stated_presence is not AgentPresence.OFFLINE
    ]


def _customers() -> list[SQLModel]:
    return [_customer(firm, *line) for firm, lines in CUSTOMERS.items() for line in cells(lines)]


def _customer(
    firm: str, key: str, name: str, email: str, phone: str, tier: str, flags: str
) -> Customer:
    return Customer(
        id=fixed_id("customer", key),
        organization_id=fixed_id("organization", firm),
        external_id=key,
        name=name,
        email=email,
        phone=phone,
        tier=CustomerTier(tier),
        churn_risk="churn_risk" in members(flags),
        opportunity="opportunity" in members(flags),
    )
