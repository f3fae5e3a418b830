"""What falls due by the clock. Any number of processes may run this; the conditional updates decide."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

import structlog

from models.database import Database
from models.unit_of_work import Wake, unit_of_work
from resolvers.deadlines import overdue, seconds_to_next, settle_conversation
from resolvers.idempotency import forget
from resolvers.leases import forget_leases
from resolvers.retention import prune

BATCH = 100
LONGEST_SLEEP = 0.5
SHORTEST_SLEEP = 0.01
HOUSEKEEPING_SECONDS = 600
FIRST_REST, LONGEST_REST = 0.5, 60.0

Observe = Callable[[float], None]

log = structlog.get_logger()


def unobserved(seconds: float) -> None:
    """Nobody wants to know how late."""


class Resting:
    """Conversations that could not be settled. Each rests twice as long as before, and the others need not wait for it."""

    def __init__(self) -> None:
        self.until: dict[UUID, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self.until)

    def __contains__(self, id_: UUID) -> bool:
        return self.until.get(id_, (0.0, 0.0))[0] > time.monotonic()

    def add(self, id_: UUID) -> None:
        _, before = self.until.get(id_, (0.0, FIRST_REST / 2))
        pause = min(before * 2, LONGEST_REST)
        self.until[id_] = time.monotonic() + pause, pause

    def discard(self, id_: UUID) -> None:
        self.until.pop(id_, None)


async def settle_overdue(
    database: Database,
    wake: Wake,
    observe: Observe = unobserved,
    resting: Resting | None = None,
) -> int:
    """Settle every conversation with something overdue, each in a transaction of its own.

    `observe` is told how many seconds late each deadline was met.
    """
    resting = Resting() if resting is None else resting
    due = [id_ for id_ in await overdue(database, BATCH + len(resting)) if id_ not in resting]
    for conversation_id in due:
        for late in await _settle(database, wake, conversation_id, resting):
            observe(late)
    return len(due)


async def _settle(
    database: Database, wake: Wake, conversation_id: UUID, resting: Resting
) -> list[float]:
    try:
        async with unit_of_work(database, wake) as work:
            late = await settle_conversation(work, conversation_id)
    except Exception:
        log.exception("a conversation could not be settled; trying again", id=str(conversation_id))
        resting.add(conversation_id)
        return []
    resting.discard(conversation_id)
    return late


async def run_timers(database: Database, wake: Wake, observe: Observe = unobserved) -> None:
    """Settle what is overdue, sleep until the next deadline, and so on until cancelled."""
    resting = Resting()
    while True:
        pause = LONGEST_SLEEP
        try:
            await settle_overdue(database, wake, observe, resting)
            soonest = await seconds_to_next(database)
            if soonest is not None and not resting:  # what rests is overdue
                pause = min(max(soonest, SHORTEST_SLEEP), LONGEST_SLEEP)
        except Exception:
            log.exception("the timers failed; trying again")
        await asyncio.sleep(pause)


async def keep_house(database: Database, most_days: int) -> None:
    """Forget idempotency keys past their lifetime and events past theirs, now and then."""
    while True:
        try:
            async with unit_of_work(database, lambda heads: None) as work:
                await forget(work)
                await forget_leases(work)
            await prune(database, most_days)
        except Exception:
            log.exception("housekeeping failed; trying again later")
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
