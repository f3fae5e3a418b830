"""What agents say of themselves: their presence, and that they are still there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker, check_unbound
from domain.agents import AgentPresence
from domain.streams import presence_of
from models.agents import Lease, agents, leases
from models.columns import database_now
from models.unit_of_work import UnitOfWork
from resolvers.changes import Changed
from resolvers.idleness import be_there
from resolvers.reads.organizations import policy_of


async def set_presence(work: UnitOfWork, asker: Asker, presence: AgentPresence) -> Changed:
    """State a presence; colleagues see it while the agent is connected."""
    check_unbound(asker.actor)
    own = sa.update(agents).where(agents.c.id == asker.actor.id)
    await work.change(own.values(stated_presence=presence, last_seen_at=database_now()))
    await work.announce(presence_of(asker.actor.organization_id))
    return Changed(agent_id=asker.actor.id)


async def heartbeat(
    work: UnitOfWork, asker: Asker, connection: str, looking_at: UUID | None = None
) -> Changed:
    """Renew the lease of one connection, and count as active in the conversation that is looked at."""
    connection = text.required(connection, text.NAME, "input", "connectionId")
    policy = await policy_of(work, asker.actor.organization_id)
    now, lease, agent_id = await work.now(), leases.c, asker.actor.id
    until = now + timedelta(seconds=policy.presence_lease_seconds)
    if looking_at is not None:
        await be_there(work, asker.actor, looking_at, now)
    await work.change(
        sa.update(agents).where(agents.c.id == agent_id).values(last_seen_at=database_now())
    )
    renewed = await work.change(
        sa.update(leases)
        .where(lease.agent_id == agent_id, lease.connection_id == connection)
        .values(expires_at=until)
    )
    if not renewed:
        stale = (lease.agent_id == agent_id) & (lease.expires_at <= database_now())
        await work.change(sa.delete(leases).where(stale))
        await work.add(Lease(agent_id=agent_id, connection_id=connection, expires_at=until))
        await work.announce(presence_of(asker.actor.organization_id))
    return Changed(agent_id=agent_id, lease_expires_at=until)
