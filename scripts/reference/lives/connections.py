"""When an agent counts as connected."""

from __future__ import annotations

from domain.agents import HEARTBEAT_SECONDS, LEASE_SECONDS
from scripts.reference.machines import CLOCK, Machine, Step, machine


def connection() -> Machine:
    away, there = "not connected", "connected"
    beat = f"every {HEARTBEAT_SECONDS} s, for each device or tab"
    steps = [
        Step(away, there, "heartbeat", "the agent", "heartbeat", beat),
        Step(there, away, f"{LEASE_SECONDS} s", CLOCK, "", f"{LEASE_SECONDS} s after the last one"),
    ]
    return machine(
        "connection", "Connection", "Nobody is connected who has not sent a heartbeat.", steps
    )
