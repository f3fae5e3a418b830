"""Leases that a process holds for the agents who are connected to it, beside those that heartbeats hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
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
        sa.select(a.id, a.organization_id, a.stated_presence)
        .add_columns(current_presence().label("shown"), seconds.label("seconds"))
        .select_from(agents.outerjoin(policies, p.organization_id == a.organization_id))
        .where(a.id.in_(people), a.active)
        .order_by(a.id)
    )
    now = await work.now()
    ends = {row.id: now + timedelta(seconds=row.seconds) for row in rows}
    await _renew(work, holder, ends)
    for organization_id in {row.organization_id for row in rows if _comes_back(row)}:
        await work.announce(presence_of(organization_id))


def _comes_back(row: Any) -> bool:
    return bool(row.shown is AgentPresence.OFFLINE is not row.stated_presence)


async def _renew(work: UnitOfWork, holder: str, ends: Mapping[UUID, datetime]) -> None:
    """Prolong the leases that there are and add the others: few statements, however many they are."""
    le = leases.c
    own = (le.connection_id == holder) & le.agent_id.in_(list(ends))
    there = {row.agent_id for row in await work.all(sa.select(le.agent_id).where(own))}
    for end in {ends[id_] for id_ in there}:
        alike = [id_ for id_ in there if ends[id_] == end]
        renewed = sa.update(leases).where(le.connection_id == holder, le.agent_id.in_(alike))
        await work.change(renewed.values(expires_at=end))
    await work.add_all(
        [
            Lease(agent_id=id_, connection_id=holder, expires_at=end)
            for id_, end in ends.items()
            if id_ not in there
        ]
    )


async def forget_leases(work: UnitOfWork) -> None:
    """Forget what processes that are gone held."""
    await work.change(
        sa.delete(leases).where(leases.c.expires_at < await work.now() - FORGOTTEN_AFTER)
    )
