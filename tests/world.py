"""A small organization to test in: rows inserted plainly, before any use case runs.

technology          lin (leads the conversation), wang, chen, sun, zhou, he, gao; zhao supervises
customer-service    mei
external-experts    ext
admin, an integration, a customer; in the other organization: other and its customer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import ConversationClass, ConversationStatus, CustomerTier
from domain.deadlines import DeadlineKind
from domain.ids import new_id
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import conversation_stream, customer_stream, inbox, notes_stream
from models.agents import Agent, AgentSkill, Integration, Lease, Skill, agents
from models.conversations import Conversation, Customer, Participant, participants
from models.database import Database
from models.log import StreamRow, deadlines
from models.organizations import Department, DepartmentSupervisor, Organization, PolicyRow
from models.unit_of_work import UnitOfWork, unit_of_work

# Farther away than any test lasts, yet a time that a client may give.
FAR = datetime.now(UTC).replace(microsecond=0) + timedelta(days=300)

STAFF = {
    "lin": ("technology", OrganizationRole.AGENT),
    "wang": ("technology", OrganizationRole.AGENT),
    "chen": ("technology", OrganizationRole.AGENT),
    "sun": ("technology", OrganizationRole.AGENT),
    "zhou": ("technology", OrganizationRole.AGENT),
    "he": ("technology", OrganizationRole.AGENT),
    "gao": ("technology", OrganizationRole.AGENT),
    "zhao": ("technology", OrganizationRole.SUPERVISOR),
    "mei": ("customer-service", OrganizationRole.AGENT),
    "ext": ("external-experts", OrganizationRole.AGENT),
    "admin": ("customer-service", OrganizationRole.ADMIN),
}


@dataclass
class World:
    """Ids by key. `conversation` is lin's, an ordinary one with `customer`."""

    organization: UUID = field(default_factory=new_id)
    other_organization: UUID = field(default_factory=new_id)
    departments: dict[str, UUID] = field(default_factory=dict)
    skills: dict[str, UUID] = field(default_factory=dict)
    agents: dict[str, UUID] = field(default_factory=dict)
    customers: dict[str, UUID] = field(default_factory=dict)
    integration: UUID = field(default_factory=new_id)
    conversation: UUID = field(default_factory=new_id)
    other_conversation: UUID = field(default_factory=new_id)
    neighbouring: UUID = field(default_factory=new_id)


async def build_world(database: Database) -> World:
    world = World()
    async with unit_of_work(database, lambda heads: None) as work:
        for id_, name in ((world.organization, "Skysail"), (world.other_organization, "Polaris")):
            await work.add(Organization(id=id_, name=name, service_name=f"{name} Care"))
        await _departments(work, world)
        await _skills(work, world)
        for key, (department, role) in STAFF.items():
            world.agents[key] = await add_agent(work, world, key, department, role)
        world.agents["other"] = await add_agent(
            work, world, "other", "elsewhere", OrganizationRole.AGENT, world.other_organization
        )
        supervision = DepartmentSupervisor(
            department_id=world.departments["technology"], agent_id=world.agents["zhao"]
        )
        await work.add(supervision)
        await work.add(
            Integration(
                id=world.integration, organization_id=world.organization, key="site", name="Site"
            )
        )
        await _customers(work, world)
        await add_conversation(work, world, world.conversation, "lin")
        await add_conversation(
            work, world, world.other_conversation, "other", customer="other-customer"
        )
    return world


async def _departments(work: UnitOfWork, world: World) -> None:
    for slug in ("technology", "customer-service", "external-experts", "elsewhere"):
        world.departments[slug] = new_id()
        home = world.other_organization if slug == "elsewhere" else world.organization
        await work.add(
            Department(
                id=world.departments[slug],
                organization_id=home,
                slug=slug,
                name=slug.replace("-", " ").title(),
                external=slug == "external-experts",
            )
        )


async def _skills(work: UnitOfWork, world: World) -> None:
    for slug in ("api", "billing", "refunds"):
        world.skills[slug] = new_id()
        await work.add(
            Skill(
                id=world.skills[slug],
                organization_id=world.organization,
                slug=slug,
                name=slug.title(),
            )
        )


async def add_agent(
    work: UnitOfWork,
    world: World,
    key: str,
    department: str,
    role: OrganizationRole = OrganizationRole.AGENT,
    organization: UUID | None = None,
    skills: Sequence[str] = (),
) -> UUID:
    """Add an agent who is connected for years."""
    id_ = new_id()
    await work.add(
        Agent(
            id=id_,
            organization_id=organization or world.organization,
            department_id=world.departments[department],
            key=key,
            name=key.title(),
            email=f"{key}@example.org",
            role=role,
            stated_presence=AgentPresence.ONLINE,
        )
    )
    await work.add(Lease(agent_id=id_, connection_id="test", expires_at=FAR))
    await work.add_all(
        [AgentSkill(agent_id=id_, skill_id=world.skills[slug], level=3) for slug in skills]
    )
    stream = inbox(id_)
    await work.add(StreamRow(id=stream.id, kind=stream.kind, owner_id=id_, epoch=new_id()))
    return id_


async def _customers(work: UnitOfWork, world: World) -> None:
    homes = {
        "customer": world.organization,
        "neighbour": world.organization,
        "other-customer": world.other_organization,
    }
    for key, home in homes.items():
        world.customers[key] = new_id()
        await work.add(
            Customer(
                id=world.customers[key],
                organization_id=home,
                external_id=key,
                name="Grace Customer",
                email="grace@customer.example",
                phone="+44 20 7946 0958",
                tier=CustomerTier.STANDARD,
            )
        )


async def add_conversation(
    work: UnitOfWork,
    world: World,
    id_: UUID,
    primary: str,
    customer: str = "customer",
    classes: Sequence[ConversationClass] = (ConversationClass.STANDARD,),
) -> UUID:
    """Add an open conversation led by `primary`."""
    row = (await work.all(sa.select(agents).where(agents.c.id == world.agents[primary])))[0]
    now = await work.now()
    limits = {"STANDARD": 3, "VIP": 5, "URGENT": 7, "COMPLAINT": 7}
    await work.add(
        Conversation(
            id=id_,
            organization_id=row.organization_id,
            customer_id=world.customers[customer],
            department_id=row.department_id,
            subject="The API answers 502, write to grace@customer.example",
            status=ConversationStatus.OPEN,
            classes=frozenset(classes),
            seat_limit=max(limits[kind.name] for kind in classes),
            opened_at=now,
        )
    )
    await work.add(
        Participant(
            id=new_id(),
            organization_id=row.organization_id,
            conversation_id=id_,
            agent_id=row.id,
            role=ParticipantRole.PRIMARY,
            level=PermissionLevel.FULL,
            joined_at=now,
        )
    )
    await work.open_streams(conversation_stream(id_), notes_stream(id_), customer_stream(id_))
    return id_


async def supervise(database: Database, world: World, key: str, department: str) -> None:
    """Let somebody supervise a department from now on."""
    row: SQLModel = DepartmentSupervisor(
        department_id=world.departments[department], agent_id=world.agents[key]
    )
    async with unit_of_work(database, lambda heads: None) as work:
        await work.add(row)


async def change(database: Database, statement: sa.Update | sa.Delete) -> None:
    """Change rows behind the product's back."""
    async with database.writing() as connection:
        await connection.execute(statement)


async def set_policy(database: Database, world: World, **rules: Any) -> None:
    """Set rules of the organization, at whatever version it has."""
    row: SQLModel = PolicyRow(organization_id=world.organization, **rules)
    async with unit_of_work(database, lambda heads: None) as work:
        await work.add(row)


async def make_due(
    database: Database, subject_id: UUID, kind: DeadlineKind | None = None, **columns: sa.Table
) -> None:
    """Let the deadlines of a subject, or that of one kind, be over since a minute ago; each column of the given tables moves with it."""
    async with unit_of_work(database, lambda heads: None) as work:
        past = await work.now() - timedelta(minutes=1)
        d = deadlines.c
        due = sa.update(deadlines).where(d.subject_id == subject_id).values(due_at=past)
        await work.change(due if kind is None else due.where(d.kind == kind))
        for column, table in columns.items():
            moved = sa.update(table).where(table.c.id == subject_id).values({column: past})
            await work.change(moved)


async def primary_of(database: Database, conversation_id: UUID) -> UUID:
    """Return the agent of the one active primary; fails unless there is exactly one."""
    p = participants.c
    rows = await database.all(
        sa.select(p.agent_id).where(
            p.conversation_id == conversation_id,
            p.role == ParticipantRole.PRIMARY,
            p.left_at.is_(None),
        )
    )
    assert len(rows) == 1
    found: UUID = rows[0].agent_id
    return found
