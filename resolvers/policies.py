"""Setting the rules of an organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from domain.actors import Asker
from domain.errors import VersionConflict
from domain.policies import Policy, changed, differences
from models.organizations import PolicyChange, policies
from models.unit_of_work import UnitOfWork, to_json
from resolvers.changes import Changed
from resolvers.reads.policies import PolicyView, current_policy


async def update_policy(
    work: UnitOfWork, asker: Asker, settings: Mapping[str, Any], expected_version: int
) -> Changed:
    """Change some settings for what happens from now on; a seat that is taken stays.

    The version decides between two at once: as long as it is the same, so is what was read.
    """
    organization_id, p = asker.actor.organization_id, policies.c
    before = await current_policy(work, organization_id)
    if before.version != expected_version:
        raise _conflict(asker, before)
    after = changed(before, settings)
    if after == before:
        return Changed(organization_id=organization_id, unchanged=True)
    usual = {"organization_id": organization_id, "version": 1, **asdict(Policy())}
    await work.insert_unless_there(policies, usual)
    seen = (p.organization_id == organization_id) & (p.version == expected_version)
    won = sa.update(policies).where(seen).values(**settings, version=p.version + 1)
    if not await work.change(won):
        raise _conflict(asker, await current_policy(work, organization_id))
    await _remember(work, asker, before, after)
    return Changed(organization_id=organization_id)


def _conflict(asker: Asker, current: PolicyView) -> VersionConflict:
    return VersionConflict(
        "The policy has changed since you read it; read it again.",
        type="CollaborationPolicy",
        id=str(asker.actor.organization_id),
        version=current.version,
    )


async def _remember(work: UnitOfWork, asker: Asker, before: PolicyView, after: Policy) -> None:
    change = PolicyChange(
        organization_id=asker.actor.organization_id,
        version=before.version + 1,
        changed_by_id=asker.actor.id,
        changed_at=await work.now(),
        settings=to_json(differences(before, after)),
    )
    await work.add(change)
