"""Leases that a process holds for the agents who are connected to it, beside those that heartbeats hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.policies import Policy
from domain.streams import presence_of
from models.agents import Lease, agents, leases
from models.organizations import policies
from models.unit_of_work import UnitOfWork
from models.visibility import current_presence

FORGOTTEN_AFTER = timedelta(hours=1)


async def hold(work: UnitOfWork, holder: str, people: Collection[UUID]) -> None:
    """Renew the holder's lease of each agent among the people; tell when that brings somebody back."""
    a, p = agents.c, policies.c
    seconds = sa.func.coalesce(p.presence_lease_seconds, Policy().presence_lease_seconds)
    rows = await work.all(
        sa.select(a.id, a.organization_id, a.stated_presence, current_presence(), seconds)
        .select_from(agents.outerjoin(policies, p.organization_id == a.organization_id))
        .where(a.id.in_(people), a.active)
        .order_by(a.id)
    )
    now = await work.now()
    for id_, organization_id, stated, shown, lease_seconds in rows:
        until = now + timedelta(seconds=lease_seconds)
        await _renew(work, Lease(agent_id=id_, connection_id=holder, expires_at=until))
        if shown is AgentPresence.OFFLINE is not stated:
            await work.announce(presence_of(organization_id))


async def _renew(work: UnitOfWork, lease: Lease) -> None:
    own = (leases.c.agent_id == lease.agent_id) & (leases.c.connection_id == lease.connection_id)
    renewed = sa.update(leases).where(own).values(expires_at=lease.expires_at)
    if not await work.change(renewed):
        await work.add(lease)


async def forget_leases(work: UnitOfWork) -> None:
    """Forget what processes that are gone held."""
    await work.change(
        sa.delete(leases).where(leases.c.expires_at < await work.now() - FORGOTTEN_AFTER)
    )
