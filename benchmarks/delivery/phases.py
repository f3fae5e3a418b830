"""What is measured, one after another, on processes that run."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat

import sqlalchemy as sa

from benchmarks.delivery.bench import PATIENCE_SECONDS, Bench, all_heard
from benchmarks.delivery.readers import Following, Heard, Reader, latencies, template_of
from benchmarks.delivery.report import ms
from benchmarks.delivery.writer import NUMBER, end_parts
from models.database import Database
from schema.limits import SOCKETS_PER_PERSON
from scripts.chaos.waiting import until

RATE = float(os.environ.get("RATE", "100"))
SECONDS = float(os.environ.get("SECONDS", "20"))
KILLS = int(os.environ.get("KILLS", "3"))
STORM = int(os.environ.get("STORM", "1000"))
WARM_SECONDS = 3.0
AWAY_SECONDS = 10.0  # how long the broker is
KILL_SECONDS = 5.0
REST_SECONDS = 1.0  # RestartSec of deploy/systemd
EVICTED, EVICTION_SECONDS = 20, 0.2
STORM_RATE, MISSED_SECONDS = 25.0, 2.0
CONNECTIONS_OF_ONE = 30  # of one process to the database: its pool, and those of the wake-up line

RATIO, P99_MS, POLL_MS = 3.0, 200.0, 1000.0
CUT_MS, CUT_BY_POLL_MS = 250.0, 1500.0
CAUGHT_UP_MS, STORM_MS = 2000.0, 5000.0


async def healthy(bench: Bench) -> None:
    """Commit to receipt, beside a relay that is fed at the same moments. Whoever writes has found its pace by then."""
    async with Following(bench.readers()) as ours:
        await all_heard(ours, await bench.write(bench.plan, WARM_SECONDS, RATE))
        plan = replace(
            bench.plan, feed=bench.relay.feed, template=template_of(ours[0].frame, NUMBER)
        )
        relay = repeat(bench.relay.port)
        floor = [Heard(each.key, each.place, "", relay) for each in ours]
        async with Following(floor):
            committed = await bench.write(plan, WARM_SECONDS + SECONDS, RATE)
            await all_heard([*ours, *floor], committed)
    begun = min(committed.values()) + WARM_SECONDS
    committed = {number: at for number, at in committed.items() if at >= begun}
    own, raw = latencies(ours, committed), latencies(floor, committed)
    bench.healthy_p99 = ms(own, 0.99)
    bench.tell("the raw relay, p50", ms(raw, 0.5))
    bench.tell("the raw relay, p99", ms(raw, 0.99))
    bench.tell("commit to receipt, p50", ms(own, 0.5))
    bench.tell("commit to receipt, p99", bench.healthy_p99, P99_MS)
    bench.tell("p99 beside the relay's", bench.healthy_p99 / ms(raw, 0.99), RATIO, "times")
    bench.tell_wrong(ours)


async def killed(bench: Bench) -> None:
    """Kill one process after another; its readers go to the others. As with systemd it rests before it begins again."""
    worst = list[float]()
    async with Following(bench.readers()) as ours:
        for number in range(KILLS):
            server = bench.cluster.servers[number % len(bench.cluster.servers)]
            server.rest = REST_SECONDS
            writing = asyncio.create_task(bench.write(bench.plan, KILL_SECONDS, RATE))
            await asyncio.sleep(KILL_SECONDS / 2)
            hurt = [reader for reader in ours if reader.port == server.port]
            server.kill()
            committed = await writing
            await all_heard(ours, committed)
            worst += latencies(hurt, committed)
            await server.until_ready()
            await asyncio.sleep(1)
    bench.tell(f"kill -9, {KILLS} times: its readers caught up", ms(worst, 1), CAUGHT_UP_MS)
    bench.tell_wrong(ours)


async def storm(bench: Bench) -> None:
    """Cut everybody off at once; all come back at once, to events that they missed."""
    ours = bench.readers(SOCKETS_PER_PERSON)[:STORM]
    async with Following(ours):
        await all_heard(ours, await bench.write(bench.plan, MISSED_SECONDS, STORM_RATE))
    missed = await bench.write(bench.plan, MISSED_SECONDS, STORM_RATE)
    counting = asyncio.create_task(_most_connections(bench.database))
    began = time.perf_counter()
    async with Following(ours):
        await all_heard(ours, missed)
        took = time.perf_counter() - began
    bench.tell(f"{len(ours):,} come back at once: all caught up", took * 1000, STORM_MS)
    allowed = len(bench.cluster.servers) * CONNECTIONS_OF_ONE
    bench.tell("database connections meanwhile", await counting, allowed, "")
    bench.tell_wrong(ours)


async def _most_connections(database: Database) -> float:
    """Return how many connections to the database there were at most in the time of a storm, besides this one."""
    counted = sa.text(
        "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
    )
    most, end = 0.0, time.perf_counter() + STORM_MS / 1000
    async with database.reading.connect() as connection:
        while time.perf_counter() < end:
            most = max(most, (await connection.execute(counted)).scalar_one())
            await asyncio.sleep(0.1)
    return most


async def rights(bench: Bench) -> None:
    async with Following(bench.readers()) as ours:
        await _cut(bench, ours, "a right that ends cuts the stream", CUT_MS)


async def broker_down(bench: Bench) -> None:
    """Let the broker be away: only the poll is left."""
    broker = bench.cluster.broker
    assert broker, "there is one"
    async with Following(bench.readers()) as ours:
        broker.stop()
        committed = await bench.write(bench.plan, AWAY_SECONDS, RATE)
        await all_heard(ours, committed)
        seen = latencies(ours, committed)
        bench.tell("broker down: commit to receipt, p50", ms(seen, 0.5))
        worst = bench.healthy_p99 + POLL_MS
        bench.tell("broker down: commit to receipt, p99", ms(seen, 0.99), worst)
        await _cut(bench, ours, "broker down: a right that ends cuts the stream", CUT_BY_POLL_MS)
        await broker.start()
    bench.tell_wrong(ours)


async def _cut(bench: Bench, ours: Sequence[Reader], what: str, target: float) -> None:
    """End the parts of some, while events go on; tell how much longer one of them was connected at most."""
    last = max(each.key for each in ours if each.key.startswith("help-0-")).rpartition("-")[2]
    parts = [(place, f"help-{place.number}-{last}") for place in bench.scene.places[:EVICTED]]
    keys = [key for _, key in parts]
    bench.gone.update(keys)
    writing = asyncio.create_task(bench.write(bench.plan, EVICTED * EVICTION_SECONDS + 1, RATE))
    ends = await bench.apart(end_parts, bench.plan, parts, EVICTION_SECONDS)
    await writing
    gone = {each.key: each for each in ours if each.key in keys}
    await until(lambda: all(each.ended_at for each in gone.values()), PATIENCE_SECONDS)
    assert {each.told for each in gone.values()} == {"FORBIDDEN"}, gone
    late = [(gone[key].ended_at or 0) - at for key, at in zip(keys, ends, strict=True)]
    bench.tell(what, ms(late, 1), target)
