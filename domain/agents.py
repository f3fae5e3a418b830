"""Presence: what an agent states and whether they are connected are two facts; presence is derived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class AgentPresence(StrEnum):
    ONLINE = "ONLINE"
    BUSY = "BUSY"
    AWAY = "AWAY"
    DO_NOT_DISTURB = "DO_NOT_DISTURB"
    OFFLINE = "OFFLINE"


LEASE_SECONDS = 30
HEARTBEAT_SECONDS = 10


def presence(stated: AgentPresence, leased_until: datetime | None, now: datetime) -> AgentPresence:
    """Return what colleagues see: the stated presence while any connection's lease is live."""
    connected = leased_until is not None and leased_until > now
    return stated if connected else AgentPresence.OFFLINE
