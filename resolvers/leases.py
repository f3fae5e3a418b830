"""Leases that a process holds for the agents who are connected to it, beside those that heartbeats hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from math import inf
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.policies import Policy
from domain.streams import presence_of
from models.agents import Lease, agents, leases
from models.columns import among
from models.organizations import policies
from models.prepared import prepared
from models.unit_of_work import UnitOfWork
from models.visibility import current_presence

FORGOTTEN_AFTER = timedelta(hours=1)


async def hold(work: UnitOfWork, holder: str, people: Collection[UUID]) -> float:
    """Renew the holder's lease of each agent among the people; tell when that brings somebody back.

    Return for how many seconds the shortest of these leases is good.
    """
    rows = await HOLDABLE.all(work, ids=list(people))
    now = await work.now()
    ends = {row.id: now + timedelta(seconds=row.seconds) for row in rows}
    await _renew(work, holder, ends)
    for organization_id in {row.organization_id for row in rows if _comes_back(row)}:
        await work.announce(presence_of(organization_id))
    return min((row.seconds for row in rows), default=inf)


def _holdable(asker: None, ids: Any) -> sa.Select[Any]:
    """Those who are active, and for how many seconds a lease of theirs is good."""
    a, p = agents.c, policies.c
    seconds = sa.func.coalesce(p.presence_lease_seconds, Policy().presence_lease_seconds)
    return (
        sa.select(a.id, a.organization_id, a.stated_presence)
        .add_columns(current_presence().label("shown"), seconds.label("seconds"))
        .select_from(agents.outerjoin(policies, p.organization_id == a.organization_id))
        .where(among(a.id, ids), a.active)
        .order_by(a.id)
    )


def _renewed(asker: None, holder: Any, ids: Any, end: Any) -> sa.Update:
    le = leases.c
    own = (le.connection_id == holder) & among(le.agent_id, ids)
    return sa.update(leases).where(own).values(expires_at=end).returning(le.agent_id)


HOLDABLE = prepared(_holdable)
RENEWED = prepared(_renewed)


def _comes_back(row: Any) -> bool:
    return bool(row.shown is AgentPresence.OFFLINE is not row.stated_presence)


async def _renew(work: UnitOfWork, holder: str, ends: Mapping[UUID, datetime]) -> None:
    """Prolong the leases that there are and add the others: few statements, however many they are."""
    there = set[UUID]()
    for end in set(ends.values()):
        alike = [id_ for id_ in ends if ends[id_] == end]
        renewed = await RENEWED.all(work, holder=holder, ids=alike, end=end)
        there |= {row.agent_id for row in renewed}
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
