"""One run: a configuration, for so many seconds, under faults; then quiet, then the verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import aiohttp
import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.database import Database
from models.log import deadlines
from scripts.chaos import canary, scene
from scripts.chaos.brokers import Wiretap
from scripts.chaos.cluster import cluster
from scripts.chaos.configurations import Configuration, Line
from scripts.chaos.databases import Postgres
from scripts.chaos.faults import AT_POINTS, Trouble
from scripts.chaos.logs import logged
from scripts.chaos.oracle import Verdict, heads, judge
from scripts.chaos.proxy import Proxy
from scripts.chaos.readers import Reader, readers
from scripts.chaos.scene import Scene
from scripts.chaos.servers import Server
from scripts.chaos.sizes import Sizes
from scripts.chaos.stuck import stick
from scripts.chaos.waiting import ended, until
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
    sizes: Sizes
    stuck: int = 0
    caught_up: float = 0.0
    logged: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return self.verdict.good

    @property
    def died(self) -> int:
        return sum(server.died for server in self.trouble.servers)

    @property
    def stops(self) -> list[float]:
        return [each for server in self.trouble.servers for each in server.stops]


@dataclass
class Stage:
    """All that runs while one configuration is tried."""

    configuration: Configuration
    scene: Scene
    servers: list[Server]
    proxy: Proxy
    trouble: Trouble
    database: Database
    plant: str
    wiretap: Wiretap = field(default_factory=Wiretap)


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
    points = {} if plant else {"HUDDLE_FAULTS": AT_POINTS}
    async with cluster(configuration, folder, url, points, plant) as running:
        proxy = Proxy([each.port for each in running.servers], chance)
        hurt = postgres if configuration.postgres else None
        trouble = Trouble(running.servers, proxy, chance, hurt, running.broker)
        stage = Stage(configuration, built, running.servers, proxy, trouble, Database(url), plant)
        listening = _tapped(stage, url)
        await proxy.start()
        try:
            yield stage
        finally:
            await ended(listening)
            await proxy.stop()
            await stage.database.dispose()


def _tapped(stage: Stage, url: str) -> list[asyncio.Task[None]]:
    """Listen to what goes over the broker."""
    if stage.trouble.broker:
        return [asyncio.create_task(stage.wiretap.redis(stage.trouble.broker.port))]
    if stage.configuration.line is Line.NOTIFY:
        return [asyncio.create_task(stage.wiretap.postgres(url))]
    return []


async def _play(
    stage: Stage, seconds: float, chance: Random, stuck: int, every: float, *, planted: bool
) -> Result:
    ledger = Ledger()
    following = readers(stage.scene, stage.proxy.address, ledger.begun)
    sizes = Sizes(stage.servers)
    unlimited = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=unlimited) as session:
        listening = [asyncio.create_task(each.follow(session, chance)) for each in following]
        await until(lambda: all(each.first is not None for each in following), FIRST_SECONDS)
        held = await stick(stage.scene, stage.proxy.port, stuck)
        writer = partial(Writer, stage.scene, stage.proxy.address, ledger, session, chance)
        async with sizes.watched():
            elapsed = await _hurt(stage, [writer() for _ in range(WRITERS)], seconds, every)
        await _last_words(stage, writer())
        caught_up, unheard = await _quiet(stage, following, planted=planted)
        pried = await canary.pry(stage.database, stage.scene, stage.proxy.address)
        failed = await ended(listening)
    for each in held:
        each.close()
    kept = await _let_go(stage)
    deaths = [at for server in stage.servers for at in server.deaths]
    verdict = await judge(stage.database, stage.scene, ledger, following, deaths)
    logs = [server.log for server in stage.servers]
    verdict.lost += unheard
    verdict.wrong += [f"{kept:.0f} connections are still held"] if kept else []
    verdict.wrong += [f"a subscriber itself failed: {problem!r}" for problem in failed]
    verdict.wrong += await sizes.wrong()
    verdict.wrong += canary.hits(pried, following, bytes(stage.wiretap.heard), logs)
    result = Result(stage.configuration, elapsed, ledger, following, verdict, stage.trouble, sizes)
    result.stuck, result.caught_up, result.logged = len(held), caught_up, logged(logs)
    return result


async def _hurt(stage: Stage, writers: Sequence[Writer], seconds: float, every: float) -> float:
    """Write while things break; return how long that was. What a writer was about in the end is nobody's."""
    began = time.monotonic()
    writing = [asyncio.create_task(each.write()) for each in writers]
    hurting = asyncio.create_task(stage.trouble.make(every))
    await asyncio.sleep(seconds)
    await ended([hurting])
    await stage.trouble.over()
    await ended(writing)
    return time.monotonic() - began


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
        await until(lambda: all(r.last >= wanted[id(r)] for r in following), seconds)
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
