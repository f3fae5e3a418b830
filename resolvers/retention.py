"""Events do not stay for ever: what is old and far behind the head is forgotten, and each stream says up to where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.cursors import digest_of
from domain.policies import Policy
from domain.retention import BATCH, KEPT_EVENTS, MOST_DAYS
from models.agents import agents
from models.conversations import conversations
from models.database import Database, first
from models.log import events, streams
from models.organizations import policies
from models.prepared import prepared
from models.unit_of_work import UnitOfWork, unit_of_work

KEPT_DAYS = Policy().event_retention_days


async def prune(database: Database, most_days: int = MOST_DAYS) -> int:
    """Forget what is older than its organization keeps events, or than so many days, and far behind the head; return
    how many events that were.

    Each batch is a transaction of its own. Of several processes the conditional update lets one forget it.
    """
    forgotten = 0
    for stream in await LONG.all(database, far=KEPT_EVENTS):
        while batch := await _prune_some(database, stream.id, min(stream.days, most_days)):
            forgotten += batch
    return forgotten


def _long(asker: None, far: Any) -> sa.Select[Any]:
    """The streams with much to forget, and for how many days their organizations keep events."""
    s, a, c, p = streams.c, agents.c, conversations.c, policies.c
    organization = sa.func.coalesce(c.organization_id, a.organization_id)
    return (
        sa.select(s.id, sa.func.coalesce(p.event_retention_days, KEPT_DAYS).label("days"))
        .select_from(streams)
        .outerjoin(conversations, c.id == s.owner_id)
        .outerjoin(agents, a.id == s.owner_id)
        .outerjoin(policies, p.organization_id == organization)
        .where(s.head - s.pruned > far)
    )


LONG = prepared(_long)


async def _prune_some(database: Database, stream_id: UUID, days: int) -> int:
    async with unit_of_work(database, lambda heads: None) as work:
        stands = await first(work, sa.select(streams).where(streams.c.id == stream_id))
        last = await _last_to_go(work, stands, days)
        return await _forget(work, stands, last) if last else 0


async def _last_to_go(work: UnitOfWork, stands: Any, days: int) -> Any:
    """Return the newest event of the next batch: nothing at or before it may be kept."""
    e, cutoff = events.c, await work.now() - timedelta(days=days)
    end = min(stands.head - KEPT_EVENTS, stands.pruned + BATCH)
    batch = (e.stream_id == stands.id) & (e.seq > stands.pruned) & (e.seq <= end)
    young = sa.select(sa.func.min(e.seq)).where(batch, e.occurred_at >= cutoff).scalar_subquery()
    older = sa.select(e.seq, e.event_id).where(batch, e.seq < sa.func.coalesce(young, end + 1))
    return await first(work, older.order_by(e.seq.desc()).limit(1))


async def _forget(work: UnitOfWork, stands: Any, last: Any) -> int:
    s, e = streams.c, events.c
    still = (s.id == stands.id) & (s.pruned == stands.pruned) & (s.epoch == stands.epoch)
    moved = sa.update(streams).where(still)
    if not await work.change(moved.values(pruned=last.seq, pruned_digest=digest_of(last.event_id))):
        return 0
    return await work.change(sa.delete(events).where(e.stream_id == stands.id, e.seq <= last.seq))
