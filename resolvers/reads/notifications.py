"""Reads of what people prefer, where invitations have arrived, and notices ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor
from domain.invitations import InvitationKind
from domain.notices import (
    HIGH,
    INVITATION,
    URGENT,
    NoticeKind,
    NotificationChannel,
    Preferences,
    QuietHours,
)
from models.columns import among
from models.database import Reads
from models.invitations import invitations
from models.notifications import deliveries, past_preferences, preferences
from models.prepared import prepared
from models.shapes import grouped

d, i, w, p = deliveries.c, invitations.c, preferences.c, past_preferences.c

PREFERENCES = prepared(lambda _, ids: sa.select(preferences).where(among(w.agent_id, ids)))
PAST = prepared(
    lambda _, ids: (
        sa.select(past_preferences).where(among(p.agent_id, ids)).order_by(p.agent_id, p.version)
    )
)
DELIVERIES = prepared(
    lambda actor, ids: (
        sa.select(
            i.id,
            i.invitee_id,
            i.kind,
            sa.func.coalesce(i.pending_at, i.sent_at, type_=i.sent_at.type).label("sent_at"),
            d.device,
            d.delivered_at,
            d.seen_at,
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
    invitees = list({row.invitee_id for row in rows})
    prefer = await preferences_of(reads, actor, invitees)
    past = grouped(await PAST.all(reads, ids=invitees), attrgetter("agent_id"), invitees)
    views = [
        view for row in rows for view in _views(row, past[row.invitee_id], prefer[row.invitee_id])
    ]
    return grouped(views, lambda view: view.invitation_id, list({row.id for row in rows}))


def _views(row: Any, past: Sequence[Any], present: Preferences) -> list[DeliveryView]:
    """A state for each channel that the invitee let the notice through when it was made for the device."""
    status, at = DeliveryStatus.SENT, row.sent_at
    if row.device is not None:
        status, at = DeliveryStatus.DELIVERED, row.delivered_at
    if row.seen_at is not None:
        status, at = DeliveryStatus.SEEN, row.seen_at
    made_at = row.delivered_at or row.sent_at
    prefer = next((_preferences(then) for then in past if then.replaced_at > made_at), present)
    priority = URGENT if row.kind is InvitationKind.EMERGENCY else HIGH
    channels = prefer.channels(INVITATION, priority, row.sent_at)
    return [DeliveryView(row.id, row.device, channel, status, at) for channel in channels]
