"""Reads of an organization's rules as its people see them: with their version, and how they came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor
from domain.policies import Policy, published
from models.database import Reads
from models.organizations import policies, policy_changes
from models.prepared import prepared
from models.shapes import shape
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class PolicyView(Policy):
    version: int = 1


@dataclass(frozen=True)
class PolicyChangeView:
    version: int
    changed_by_id: UUID
    changed_at: datetime
    written: str

    @property
    def settings(self) -> Mapping[str, Sequence[str]]:
        read: Mapping[str, Sequence[str]] = orjson.loads(self.written)
        return read


RULES = [policies.c[rule.name] for rule in fields(PolicyView)]
CHANGE = shape(PolicyChangeView, policy_changes, written=policy_changes.c.settings)
NEWEST_FIRST = Order((policy_changes.c.version,), descending=True)


CURRENT = prepared(
    lambda _, key: sa.select(*RULES).where(policies.c.organization_id == key), PolicyView
)
HISTORY = Listing(
    CHANGE,
    lambda actor: CHANGE.select().where(policy_changes.c.organization_id == actor.organization_id),
)


async def current_policy(reads: Reads, organization_id: UUID) -> PolicyView:
    return await CURRENT.first(reads, key=organization_id) or PolicyView()


async def policy_views(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, PolicyView]:
    """Return the policy of the asker's organization, the only one there is for them."""
    own = actor.organization_id
    return {own: await current_policy(reads, own)}


async def policy_history(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[PolicyChangeView]:
    return await HISTORY.page(reads, actor, NEWEST_FIRST, page)


COMMITTING = timedelta(seconds=2)  # what was sent meanwhile may still have read the policy before


async def highest_since(reads: Reads, organization_id: UUID, limit: str, at: datetime) -> int:
    """Return the highest that a limit was before it was changed since some moment; 0 when it was not."""
    h, name = policy_changes.c, published(limit)
    since = (h.organization_id == organization_id) & (h.changed_at > at - COMMITTING)
    changes = [
        orjson.loads(row.settings) for row in await reads.all(sa.select(h.settings).where(since))
    ]
    return max((int(each[name][0]) for each in changes if name in each), default=0)
