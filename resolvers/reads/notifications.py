"""Reads of what people prefer, where invitations have arrived, and notices ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor
from domain.notices import (
    HIGH,
    INVITATION,
    NoticeKind,
    NotificationChannel,
    Preferences,
    QuietHours,
)
from models.columns import among, database_now
from models.database import Reads
from models.invitations import invitations
from models.notifications import deliveries, preferences
from models.prepared import prepared
from models.shapes import grouped

d, i, w = deliveries.c, invitations.c, preferences.c


PREFERENCES = prepared(lambda _, ids: sa.select(preferences).where(among(w.agent_id, ids)))
DELIVERIES = prepared(
    lambda actor, ids: (
        sa.select(
            i.id, i.invitee_id, i.sent_at, d.device, d.delivered_at, d.seen_at, database_now()
        )
        .select_from(invitations.outerjoin(deliveries, d.invitation_id == i.id))
        .where(among(i.id, ids), (i.inviter_id == actor.id) | (i.invitee_id == actor.id))
        .order_by(d.delivered_at, d.device)
    )
)


async def preferences_of(
    reads: Reads, actor: Actor, agent_ids: Sequence[UUID]
) -> Mapping[UUID, Preferences]:
    """Return how each of them wants to be told."""
    rows = await PREFERENCES.all(reads, ids=agent_ids)
    stored = {row.agent_id: _preferences(row) for row in rows}
    return {agent_id: stored.get(agent_id, Preferences()) for agent_id in agent_ids}


def _preferences(row: Any) -> Preferences:
    rules = {
        NoticeKind(kind): frozenset(map(NotificationChannel, channels))
        for kind, channels in orjson.loads(row.rules).items()
    }
    quiet = row.time_zone and QuietHours(
        time.fromisoformat(row.quiet_start), time.fromisoformat(row.quiet_end), row.time_zone
    )
    return Preferences(rules, quiet or None, row.language, row.version)


class DeliveryStatus(StrEnum):
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    SEEN = "SEEN"


@dataclass(frozen=True)
class DeliveryView:
    invitation_id: UUID
    device: str | None
    channel: NotificationChannel
    status: DeliveryStatus
    reached_at: datetime


async def deliveries_of(
    reads: Reads, actor: Actor, invitation_ids: Sequence[UUID]
) -> Mapping[UUID, list[DeliveryView]]:
    """Return how far each invitation got, for its inviter and its invitee; nobody else is told."""
    rows = await DELIVERIES.all(reads, actor, ids=invitation_ids)
    prefer = await preferences_of(reads, actor, [row.invitee_id for row in rows])
    views = [view for row in rows for view in _views(row, prefer[row.invitee_id], now=row[-1])]
    return grouped(views, lambda view: view.invitation_id, list({row.id for row in rows}))


def _views(row: Any, prefer: Preferences, now: datetime) -> list[DeliveryView]:
    """A state for each channel that the invitee lets notices of invitations through."""
    status, at = DeliveryStatus.SENT, row.sent_at
    if row.device is not None:
        status, at = DeliveryStatus.DELIVERED, row.delivered_at
    if row.seen_at is not None:
        status, at = DeliveryStatus.SEEN, row.seen_at
    channels = prefer.channels(INVITATION, HIGH, now)
    return [DeliveryView(row.id, row.device, channel, status, at) for channel in channels]
