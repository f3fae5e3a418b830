"""Choosing how to be told, and saying that an invitation has arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain import text
from domain.actors import Asker, check_unbound
from domain.errors import NotFound, NotPermitted, VersionConflict
from domain.notices import Language, NoticeKind, NotificationChannel, Preferences, QuietHours
from models.columns import database_now
from models.database import first
from models.invitations import invitations
from models.notifications import PastPreference, deliveries, preferences
from models.unit_of_work import UnitOfWork
from models.visibility import invitation_visible
from resolvers.access import GONE
from resolvers.changes import Changed
from resolvers.reads.notifications import preferences_of

d, i, w = deliveries.c, invitations.c, preferences.c
Rules = Mapping[NoticeKind, Sequence[NotificationChannel]]


async def update_preferences(
    work: UnitOfWork,
    asker: Asker,
    expected_version: int,
    rules: Rules,
    language: Language | None,
    quiet: Sequence[QuietHours | None],
) -> Changed:
    """Set what was named; `quiet` is empty when it was not, and holds None to have no quiet hours."""
    check_unbound(asker.actor)
    me = asker.actor.id
    mine = (await preferences_of(work, asker.actor, [me]))[me]
    chosen = replace(
        mine,
        rules={**mine.rules, **{kind: frozenset(channels) for kind, channels in rules.items()}},
        language=language or mine.language,
        quiet=quiet[0] if quiet else mine.quiet,
    )
    values = _values(chosen)
    if mine.version == expected_version and values == _values(mine):
        return Changed(agent_id=me, unchanged=True)
    blank = {"agent_id": me, "version": 0, **values}
    await work.insert_unless_there(preferences, blank)
    changed = await work.change(
        sa.update(preferences)
        .where(w.agent_id == me, w.version == expected_version)
        .values(**values, version=w.version + 1)
    )
    if not changed:
        raise VersionConflict(
            "Your preferences have changed since you read them; look at them and decide again.",
            type="NotificationPreferences",
            id=str(me),
            version=mine.version,
        )
    past = {"agent_id": me, "version": mine.version, **_values(mine)}
    await work.add(PastPreference(**past, replaced_at=await work.now()))
    return Changed(agent_id=me)


def _values(prefer: Preferences) -> dict[str, Any]:
    rules, quiet = prefer.rules, prefer.quiet
    return {
        "rules": orjson.dumps({kind.value: sorted(rules[kind]) for kind in rules}).decode(),
        "language": prefer.language,
        "quiet_start": quiet and quiet.start.isoformat("minutes"),
        "quiet_end": quiet and quiet.end.isoformat("minutes"),
        "time_zone": quiet and quiet.time_zone,
    }


async def deliver(
    work: UnitOfWork, invitee_id: UUID, device: str, invitation_ids: Sequence[UUID]
) -> None:
    """Note that invitations have arrived on a device of their invitee; once is enough."""
    mine = sa.select(i.id).where(i.id.in_(invitation_ids), i.invitee_id == invitee_id)
    now = await work.moment()
    for row in await work.all(mine.order_by(i.id)):
        arrived = {"invitation_id": row.id, "device": device, "delivered_at": now}
        await work.insert_unless_there(deliveries, arrived)


async def mark_seen(work: UnitOfWork, asker: Asker, invitation_id: UUID, device: str) -> Changed:
    """Note that the invitee has looked at an invitation on a device; the first time counts."""
    device = text.required(device, text.NAME, "input", "device")
    visible = (i.id == invitation_id) & invitation_visible(asker.actor)
    row = await first(work, sa.select(i.invitee_id).where(visible))
    if row is None:
        raise NotFound(GONE)
    if row.invitee_id != asker.actor.id:
        raise NotPermitted("Only the one who was invited can have seen it.")
    await deliver(work, asker.actor.id, device, [invitation_id])
    here = (d.invitation_id == invitation_id) & (d.device == device) & d.seen_at.is_(None)
    await work.change(sa.update(deliveries).where(here).values(seen_at=database_now()))
    return Changed(invitation_id=invitation_id)
