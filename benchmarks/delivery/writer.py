"""Whoever commits, in a process of its own: it tells when each commit was, by the clock that all processes share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import sqlalchemy as sa
import structlog

from benchmarks.delivery.relay import HOST, fed
from benchmarks.fanout.seed import post
from domain.conversations import LeaveReason
from models.conversations import participants
from models.database import Database
from models.unit_of_work import unit_of_work
from resolvers.endings import end_participation
from scripts.chaos.scene import Place, Scene
from scripts.chaos.waiting import ended, until
from server.serving import settle
from subscriptions.hub import Hub
from subscriptions.line import line_of
from subscriptions.wakeups import WakeUps
from tests.races.arena import Arena

LINE_SECONDS = 2.0
NUMBER = b"NUMBER"  # what a frame for the relay has in the place of the event's number


def quietly() -> None:
    """Say nothing of wake-ups that a broker did not take: it is away on purpose. Collect garbage as the product does."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    settle()


@dataclass(frozen=True)
class Plan:
    """Where to write, whom to wake, and what the relay is fed: nothing, without a feed."""

    url: str
    broadcast_url: str
    scene: Scene
    feed: int | None = None
    template: bytes = b""


@dataclass
class Writer:
    plan: Plan
    database: Database
    wake_ups: WakeUps
    relay: asyncio.StreamWriter | None

    async def post(self, place: Place, number: int, committed: dict[int, float]) -> None:
        def wake(heads: Mapping[UUID, int]) -> None:
            committed[number] = time.perf_counter()
            self.wake_ups(heads)
            if self.relay:
                frame = self.plan.template.replace(NUMBER, str(number).encode())
                self.relay.write(fed(place.node.encode(), frame))

        await post(self.database, wake, place.id, str(number))

    async def end(self, place: Place, key: str) -> float:
        """End somebody's part in a conversation; return when that was committed."""
        p, at = participants.c, list[float]()

        def wake(heads: Mapping[UUID, int]) -> None:
            at.append(time.perf_counter())
            self.wake_ups(heads)

        async with unit_of_work(self.database, wake) as work:
            agent = self.plan.scene.world.agents[key]
            who = (p.conversation_id == place.id) & (p.agent_id == agent)
            (row,) = await work.all(sa.select(participants).where(who))
            await end_participation(work, row, LeaveReason.REMOVED, await work.now())
        return at[0]


@asynccontextmanager
async def _writing(plan: Plan) -> AsyncGenerator[Writer]:
    database = Database(plan.url)
    wake_ups = WakeUps(Hub(), line_of(plan.broadcast_url))
    announcing = [asyncio.create_task(wake_ups.run())]
    relay = (await asyncio.open_connection(HOST, plan.feed))[1] if plan.feed else None
    try:
        yield Writer(plan, database, wake_ups, relay)
    finally:
        if relay:
            relay.close()
        await ended(announcing)
        await database.dispose()


def write(plan: Plan, first: int, rate: float, seconds: float) -> dict[int, float]:
    """Let so many events a second happen in turn in each conversation; return when each was committed."""
    return asyncio.run(_write(plan, first, rate, seconds))


async def _write(plan: Plan, first: int, rate: float, seconds: float) -> dict[int, float]:
    committed: dict[int, float] = {}
    async with _writing(plan) as writer:
        await _heard(writer)
        began, places = time.perf_counter(), plan.scene.places
        async with asyncio.TaskGroup() as posting:
            for turn in range(round(rate * seconds)):
                await asyncio.sleep(began + turn / rate - time.perf_counter())
                place = places[turn % len(places)]
                posting.create_task(writer.post(place, first + turn, committed))
        await asyncio.sleep(0.1)  # the last wake-ups are on their way
    return committed


async def _heard(writer: Writer) -> None:
    """Wait until the line is heard, unless the broker is away."""
    try:
        await until(lambda: writer.wake_ups.up, LINE_SECONDS)
    except TimeoutError:
        return


def end_parts(plan: Plan, parts: Sequence[tuple[Place, str]], pause: float) -> list[float]:
    """End the parts of people, one after another; return when each end was committed."""
    return asyncio.run(_end_parts(plan, parts, pause))


async def _end_parts(plan: Plan, parts: Sequence[tuple[Place, str]], pause: float) -> list[float]:
    at = []
    async with _writing(plan) as writer:
        await _heard(writer)
        for place, key in parts:
            at.append(await writer.end(place, key))
            await asyncio.sleep(pause)
    return at


def invite(plan: Plan, guests: int, rate: float, seconds: float) -> int:
    """Invite people whom nobody answers; return how many."""
    return asyncio.run(_invite(plan, guests, rate, seconds))


async def _invite(plan: Plan, guests: int, rate: float, seconds: float) -> int:
    database = Database(plan.url)
    arena, places = Arena([database], plan.scene.world), plan.scene.places
    end = time.perf_counter() + seconds
    try:
        for turn in count():
            if time.perf_counter() > end:
                return turn
            place = places[turn % len(places)]
            lead = f"lead-{place.number}"
            await arena.invited(f"guest-{turn % guests}", place.id, inviter=lead)
            await asyncio.sleep(1 / rate)
    finally:
        await database.dispose()
    raise AssertionError("the loop has no end of its own")
