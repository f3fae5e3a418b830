"""Reads of the rules that say when to invite whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID, uuid5

import sqlalchemy as sa

from domain.actors import Actor, OrganizationRight
from domain.invite_rules import InviteRule, effective
from models.database import Reads
from models.invite_rules import invite_rules
from models.prepared import prepared

NOBODY = UUID(int=0)
COLUMNS = [invite_rules.c[each.name] for each in fields(InviteRule)]


@dataclass(frozen=True)
class InviteRuleView(InviteRule):
    """A rule as an organization has it. Its id is the same whether it is a row or a usual rule."""

    organization_id: UUID = NOBODY
    version: int = 1

    @property
    def id(self) -> UUID:
        return uuid5(self.organization_id, self.slug)


r = invite_rules.c
RULES = prepared(lambda _, key: sa.select(r.version, *COLUMNS).where(r.organization_id == key))


async def invite_rules_of(reads: Reads, organization_id: UUID) -> list[InviteRuleView]:
    rows = await RULES.all(reads, key=organization_id)
    own = [InviteRule(*row[1:]) for row in rows]
    versions = {row.slug: row.version for row in rows}
    return [
        InviteRuleView(
            **vars(rule), organization_id=organization_id, version=versions.get(rule.slug, 1)
        )
        for rule in effective(own)
    ]


async def invite_rules_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, InviteRuleView]:
    """Return rules of the asker's organization; an outside expert finds none."""
    if OrganizationRight.FIND_AGENTS not in actor.rights:
        return {}
    return {view.id: view for view in await invite_rules_of(reads, actor.organization_id)}
