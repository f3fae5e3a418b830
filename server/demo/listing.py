"""Who is in the demo: for listings, and to find the subject of a token by a key."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from domain.actors import ActorKind, OrganizationRole
from domain.conversations import ConversationStatus
from models.agents import agents, integrations
from models.conversations import conversations, customers
from models.database import Reads
from models.messages import messages
from models.organizations import departments, organizations


@dataclass(frozen=True)
class DemoPerson:
    """`conversation_id` is a customer's: the open one in which most was said, else the longest closed one."""

    key: str
    kind: ActorKind
    name: str
    organization: str
    role: OrganizationRole | None
    department: str | None
    id: UUID
    conversation_id: UUID | None = None


async def people(reads: Reads) -> list[DemoPerson]:
    """Return everybody in the demo: agents by organization and department, customers, integrations."""
    return [*await _agents(reads), *await _customers(reads), *await _integrations(reads)]


async def _agents(reads: Reads) -> list[DemoPerson]:
    a, o, d = agents.c, organizations.c, departments.c
    rows = await reads.all(
        sa.select(a.key, a.name, o.name, a.role, d.slug, a.id)
        .select_from(agents.join(departments).join(organizations, o.id == a.organization_id))
        .where(o.demo, a.active)
        .order_by(o.name, d.slug, a.key)
    )
    return [
        DemoPerson(key, ActorKind.AGENT, name, organization, role, department, agent_id)
        for key, name, organization, role, department, agent_id in rows
    ]


async def _customers(reads: Reads) -> list[DemoPerson]:
    u, o, c, m = customers.c, organizations.c, conversations.c, messages.c
    said = sa.select(sa.func.count()).where(m.conversation_id == c.id).scalar_subquery()
    closed = sa.case((c.status == ConversationStatus.CLOSED, 1), else_=0)
    rows = await reads.all(
        sa.select(u.external_id, u.name, o.name, u.id, c.id)
        .select_from(customers.join(organizations).join(conversations, c.customer_id == u.id))
        .where(o.demo)
        .order_by(o.name, u.external_id, closed.desc(), said, c.id)
    )
    busiest = {
        key: DemoPerson(key, ActorKind.CUSTOMER, name, firm, None, None, customer_id, place)
        for key, name, firm, customer_id, place in rows
    }
    return list(busiest.values())


async def _integrations(reads: Reads) -> list[DemoPerson]:
    n, o = integrations.c, organizations.c
    rows = await reads.all(
        sa.select(n.key, n.name, o.name, n.id)
        .join_from(integrations, organizations)
        .where(o.demo)
        .order_by(o.name, n.key)
    )
    return [
        DemoPerson(key, ActorKind.INTEGRATION, name, organization, None, None, integration_id)
        for key, name, organization, integration_id in rows
    ]
