"""Setting the rules that say when to invite whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.errors import NotFound, VersionConflict
from domain.invite_rules import InviteRule, check_settings
from models.invite_rules import invite_rules
from models.unit_of_work import UnitOfWork
from resolvers import access
from resolvers.changes import Changed
from resolvers.reads.invite_rules import InviteRuleView, invite_rules_by_id


async def update_invite_rule(
    work: UnitOfWork, asker: Asker, rule_id: UUID, settings: Mapping[str, Any], version: int
) -> Changed:
    """Change a rule for what happens from now on; a usual rule becomes the organization's own."""
    found = await invite_rules_by_id(work, asker.actor, [rule_id])
    if rule_id not in found:
        raise NotFound(access.GONE)
    check_settings(settings)
    if "reason" in settings:
        reason = text.required(settings["reason"], text.REASON, "input", "reason")
        settings = {**settings, "reason": reason}
    rule = found[rule_id]
    if rule.version == version and replace(rule, **settings) == rule:
        return Changed(invite_rule_id=rule_id, unchanged=True)
    if not await _set(work, rule, settings, version):
        current = (await invite_rules_by_id(work, asker.actor, [rule_id]))[rule_id]
        raise VersionConflict(
            "The rule has changed since you read it; read it again.",
            type="InviteRule",
            id=str(rule_id),
            version=current.version,
        )
    return Changed(invite_rule_id=rule_id)


async def _set(
    work: UnitOfWork, rule: InviteRuleView, settings: Mapping[str, Any], version: int
) -> int:
    """Set it if it is of that version; a usual rule becomes a row first."""
    r, usual = invite_rules.c, {each.name: getattr(rule, each.name) for each in fields(InviteRule)}
    row = {"organization_id": rule.organization_id, "version": 1, **usual}
    await work.insert_unless_there(invite_rules, row)
    mine = (r.organization_id == rule.organization_id) & (r.slug == rule.slug)
    return await work.change(
        sa.update(invite_rules)
        .where(mine, r.version == version)
        .values({**settings, "version": r.version + 1})
    )
