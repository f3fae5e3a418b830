"""Invitations run out while a process is killed every second; the others do what is due."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from benchmarks.delivery.bench import PATIENCE_SECONDS, Bench
from benchmarks.delivery.report import ms
from benchmarks.delivery.stage import GUESTS
from benchmarks.delivery.writer import invite
from domain.invitations import InvitationStatus
from models.database import Database
from models.invitations import invitations
from models.log import events
from scripts.chaos.cluster import Cluster
from scripts.chaos.ports import reachable
from scripts.chaos.scene import VALID_SECONDS
from scripts.chaos.waiting import ended

EXPIRY_SECONDS = float(os.environ.get("EXPIRY_SECONDS", "20"))
INVITATIONS = 8.0  # a second
BETWEEN_KILLS = 1.0
LATE_MS = 500.0


async def expiry(bench: Bench) -> None:
    done: Counter[str] = Counter()
    killing = [asyncio.create_task(_kill_on(bench.cluster, done))]
    made = await bench.apart(invite, bench.plan, GUESTS, INVITATIONS, EXPIRY_SECONDS)
    await asyncio.sleep(VALID_SECONDS)
    if problems := await ended(killing):
        raise problems[0]
    late = await _lateness(bench.database, made)
    kills = f"{done['killed']} kills, {done['spared']} left out with one process alive"
    bench.tell(f"expiry of {made} invitations, {kills}: late, p50", ms(late, 0.5))
    bench.tell("expiry with a kill each second: late, p99", ms(late, 0.99), LATE_MS)


async def _kill_on(cluster: Cluster, done: Counter[str]) -> None:
    """Kill whoever has served longest, every second, unless nobody else serves."""
    next_at = time.monotonic()
    while True:
        next_at += BETWEEN_KILLS
        await asyncio.sleep(next_at - time.monotonic())
        alive = await _serving(cluster)
        if len(alive) > 1:
            os.kill(alive[0], signal.SIGKILL)
        done["killed" if len(alive) > 1 else "spared"] += 1


async def _serving(cluster: Cluster) -> list[int]:
    """Return the processes that serve, the oldest first."""
    parents = [
        each.child.pid for each in cluster.servers if each.child and await reachable(each.port)
    ]
    several = cluster.workers > 1
    pids = [pid for parent in parents for pid in (_workers(parent) if several else [parent])]
    return sorted(pids, key=_started)


def _started(pid: int) -> int:
    """Return when a process began, by its stat file: the 22nd field; the second one may hold blanks."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def _workers(parent: int) -> list[int]:
    """Return the processes that serve for a parent: they are forked from one of its children."""
    return [worker for child in _children(parent) for worker in _children(child)]


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


async def _lateness(database: Database, made: int) -> list[float]:
    """Return how late each invitation's end was, once all have ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    rows = await _ended(database)
    while len(rows) < made and time.monotonic() < end:
        await asyncio.sleep(0.2)
        rows = await _ended(database)
    assert len(rows) == made, f"{made} were invited, {len(rows)} ended"
    told = sa.select(events.c.payload, sa.func.min(events.c.occurred_at).label("at"))
    told = told.where(events.c.type == "InvitationExpired").group_by(events.c.payload)
    at = {row.payload: row.at for row in await database.all(told)}
    due = {str(row.id): row.expires_at for row in rows}
    return [
        (moment - due[id_]).total_seconds()
        for payload, moment in at.items()
        for id_ in due
        if id_ in payload
    ]


async def _ended(database: Database) -> list[sa.Row[tuple[object, ...]]]:
    i = invitations.c
    expired = sa.select(i.id, i.expires_at).where(i.status == InvitationStatus.EXPIRED)
    return list(await database.all(expired))
