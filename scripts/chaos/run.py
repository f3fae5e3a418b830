"""One run: a configuration, for so many seconds, under faults; then quiet, then the verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.database import Database
from models.log import deadlines
from scripts.chaos import canary, scene
from scripts.chaos.brokers import Broker, Wiretap
from scripts.chaos.configurations import Configuration, Line
from scripts.chaos.databases import Postgres
from scripts.chaos.faults import AT_POINTS, Trouble
from scripts.chaos.logs import logged
from scripts.chaos.oracle import Verdict, heads, judge
from scripts.chaos.proxy import Proxy
from scripts.chaos.readers import Reader, readers
from scripts.chaos.scene import Scene
from scripts.chaos.servers import Server
from scripts.chaos.stuck import stick
from scripts.chaos.writers import WRITERS, Ledger, Writer

FIRST_SECONDS = 120.0
QUIET_SECONDS = 60.0
PLANTED_QUIET_SECONDS = 20.0  # less than what a subscriber waits before it looks by itself
AWAY_SECONDS = 0.5
GONE_SECONDS = 30.0  # stuck clients are let go after 20


@dataclass
class Result:
    configuration: Configuration
    seconds: float
    ledger: Ledger
    readers: list[Reader]
    verdict: Verdict
    trouble: Trouble
    died: int
    stuck: int
    resident_mb: float
    caught_up: float
    logged: Counter[str]
    stops: list[float] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.verdict.good


@dataclass
class Stage:
    """All that runs while one configuration is tried."""

    configuration: Configuration
    scene: Scene
    servers: list[Server]
    proxy: Proxy
    trouble: Trouble
    wiretap: Wiretap
    database: Database
    plant: str


async def run(
    configuration: Configuration,
    seconds: float,
    seed: int,
    folder: Path,
    postgres: Postgres | None,
    *,
    plant: str = "",
    stuck: int = 200,
    every: float = 2.0,
) -> Result:
    chance = Random(f"{seed} {configuration.name}")
    async with _stage(configuration, folder, postgres, chance, plant) as stage:
        return await _play(stage, seconds, chance, stuck, every, planted=bool(plant))


@asynccontextmanager
async def _stage(
    configuration: Configuration,
    folder: Path,
    postgres: Postgres | None,
    chance: Random,
    plant: str,
) -> AsyncGenerator[Stage]:
    folder.mkdir()
    url = f"sqlite:///{folder / 'huddle.db'}"
    if configuration.postgres:
        assert postgres, "it was started"
        url = await postgres.create(folder.name.replace("-", "_"))
    built = await scene.build(url)
    broker = Broker() if configuration.line is Line.REDIS else None
    if broker:
        await broker.start()
    settings = _settings(configuration, url, broker) | (
        {} if plant else {"HUDDLE_FAULTS": AT_POINTS}
    )
    numbers = range(configuration.processes)
    servers = [Server(folder, number, settings, plant) for number in numbers]
    proxy, wiretap, database = Proxy([s.port for s in servers], chance), Wiretap(), Database(url)
    hurt = postgres if configuration.postgres else None
    trouble = Trouble(servers, proxy, chance, hurt, broker)
    tasks = [asyncio.create_task(server.keep()) for server in servers]
    if broker:
        tasks.append(asyncio.create_task(wiretap.redis(broker.port)))
    elif configuration.line is Line.NOTIFY:
        tasks.append(asyncio.create_task(wiretap.postgres(url)))
    await proxy.start()
    try:
        await asyncio.gather(*(server.until_ready() for server in servers))
        yield Stage(configuration, built, servers, proxy, trouble, wiretap, database, plant)
    finally:
        await ended(tasks)
        await proxy.stop()
        await database.dispose()
        if broker:
            broker.stop()


def _settings(configuration: Configuration, url: str, broker: Broker | None) -> dict[str, str]:
    lines = {Line.NOTIFY: url, Line.REDIS: broker.url if broker else ""}
    return {
        "HUDDLE_DATABASE_URL": url,
        "HUDDLE_JWT_SECRET": scene.SECRET,
        "HUDDLE_RATES": "off",
        "HUDDLE_BROADCAST_URL": lines.get(configuration.line, "memory://"),
    }


async def _play(
    stage: Stage, seconds: float, chance: Random, stuck: int, every: float, *, planted: bool
) -> Result:
    ledger = Ledger()
    following = readers(stage.scene, stage.proxy.address, ledger.begun)
    unlimited = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=unlimited) as session:
        listening = [asyncio.create_task(each.follow(session, chance)) for each in following]
        await _until(lambda: all(each.first is not None for each in following), FIRST_SECONDS)
        held = await stick(stage.scene, stage.proxy.port, stuck)
        began = time.monotonic()
        writers = [
            Writer(stage.scene, stage.proxy.address, ledger, session, chance)
            for _ in range(WRITERS)
        ]
        writing = [asyncio.create_task(each.write()) for each in writers]
        hurting = asyncio.create_task(stage.trouble.make(every))
        await asyncio.sleep(seconds)
        await ended([hurting])
        await stage.trouble.over()
        await _finish_writing(writing)
        elapsed = time.monotonic() - began
        await _last_words(stage, writers[0])
        caught_up, unheard = await _quiet(stage, following, planted=planted)
        pried = await canary.pry(stage.database, stage.scene, stage.proxy.address)
        failed = await ended(listening)
    for each in held:
        each.close()
    kept = await _let_go(stage)
    verdict = await judge(stage.database, stage.scene, ledger, following)
    logs = [server.log for server in stage.servers]
    verdict.lost += unheard
    verdict.wrong += [f"{kept:.0f} connections are still held"] if kept else []
    verdict.wrong += [f"a subscriber itself failed: {problem!r}" for problem in failed]
    verdict.wrong += canary.hits(pried, following, bytes(stage.wiretap.heard), logs)
    return Result(
        stage.configuration,
        elapsed,
        ledger,
        following,
        verdict,
        stage.trouble,
        sum(server.died for server in stage.servers),
        len(held),
        max(server.resident_mb() for server in stage.servers),
        caught_up,
        logged(logs),
        [each for server in stage.servers for each in server.stops],
    )


async def _finish_writing(writing: Sequence[asyncio.Task[None]]) -> None:
    """Stop the writers. What one of them was about is neither acknowledged nor lost."""
    await ended(writing)


async def _last_words(stage: Stage, writer: Writer) -> None:
    """Say something in every stream while the broker is away: nothing comes after it that would wake anybody.

    A broker that comes back would wake those, too, who were woken too early.
    """
    broker = stage.trouble.broker if stage.plant != "early" else None
    if broker:
        broker.stop()
        await asyncio.sleep(AWAY_SECONDS)
    with suppress(TimeoutError):
        async with asyncio.timeout(QUIET_SECONDS):
            for place in stage.scene.places:
                await writer.everything(place)
    if broker:
        await broker.start()


async def _quiet(stage: Stage, following: Sequence[Reader], *, planted: bool) -> tuple[float, int]:
    """Give everybody time to hear everything; return how long it took, and how much nobody was woken for till then."""
    await _nothing_due(stage)
    began, wanted = time.monotonic(), await heads(stage.database, following)
    seconds = PLANTED_QUIET_SECONDS if planted else QUIET_SECONDS
    with suppress(TimeoutError):
        await _until(lambda: all(r.last >= wanted[id(r)] for r in following), seconds)
    return time.monotonic() - began, sum(max(0, wanted[id(r)] - r.last) for r in following)


async def _let_go(stage: Stage) -> float:
    """Return how many connections servers still hold a while after everybody has gone."""
    end = time.monotonic() + GONE_SECONDS
    async with aiohttp.ClientSession() as session:
        while True:
            kept = sum([await server.connections(session) for server in stage.servers])
            if not kept or time.monotonic() > end:
                return kept
            await asyncio.sleep(0.2)


async def _nothing_due(stage: Stage) -> None:
    """Wait until the clock has nothing to do any more: invitations that nobody answered have expired."""
    rows = sa.select(deadlines.c.kind).where(deadlines.c.kind == DeadlineKind.INVITATION_EXPIRES)
    end = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < end and await stage.database.all(rows):
        await asyncio.sleep(0.1)


async def _until(holds: Any, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def ended(tasks: Sequence[asyncio.Task[Any]]) -> list[Exception]:
    """Cancel what still runs; return how the others failed."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [each for each in results if isinstance(each, Exception)]
