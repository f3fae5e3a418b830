"""`make bench-delivery`: from a commit to those who hear of it, over three processes; exits with 1 if a target is missed."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.delivery import phases, stage
from benchmarks.delivery.bench import Bench, Relay
from benchmarks.delivery.expiry import expiry
from benchmarks.delivery.report import Report
from benchmarks.delivery.writer import quietly
from models.database import Database
from scripts.chaos.cluster import cluster
from scripts.chaos.configurations import Configuration, Line
from scripts.chaos.databases import postgres
from scripts.chaos.ports import free_port, reachable

Phase = Callable[[Bench], Awaitable[None]]

REDIS = Configuration("PostgreSQL, Redis", postgres=True, line=Line.REDIS)
NOTIFY = Configuration("PostgreSQL, NOTIFY", postgres=True, line=Line.NOTIFY)
WORKERS = Configuration(
    "PostgreSQL, one parent of 3 workers", postgres=True, line=Line.NOTIFY, processes=1, workers=3
)
ONLY = os.environ.get("ONLY", "")

PLAYS: list[tuple[Configuration, list[tuple[str, Phase]]]] = [
    (
        REDIS,
        [
            ("healthy", phases.healthy),
            ("killed", phases.killed),
            ("storm", phases.storm),
            ("rights", phases.rights),
            ("broker", phases.broker_down),
        ],
    ),
    (NOTIFY, [("healthy", phases.healthy), ("rights", phases.rights)]),
    (REDIS, [("expiry", expiry)]),
    (WORKERS, [("expiry", expiry)]),
]


async def run(folder: Path, report: Report) -> None:
    with postgres(folder) as server:
        await server.configure()
        async with _relay() as relay:
            for number, (configuration, named) in enumerate(PLAYS):
                wanted = [phase for name, phase in named if ONLY in name]
                if wanted:
                    url = await server.create(f"run_{number}")
                    await _play(configuration, wanted, url, folder / f"run-{number}", relay, report)


async def _play(
    configuration: Configuration,
    wanted: list[Phase],
    url: str,
    folder: Path,
    relay: Relay,
    report: Report,
) -> None:
    folder.mkdir()
    scene, database = await stage.build(url), Database(url)
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawning, initializer=quietly) as pool:
        async with cluster(configuration, folder, url) as running:
            gc.freeze()
            bench = Bench(configuration.name, url, running, scene, database, pool, relay, report)
            await asyncio.gather(bench.apart(os.getpid), bench.apart(os.getpid))  # both have begun
            for phase in wanted:
                await phase(bench)
    await database.dispose()


@asynccontextmanager
async def _relay() -> AsyncGenerator[Relay]:
    port, feed = free_port(), free_port()
    words = [sys.executable, "-m", "benchmarks.delivery.relay", str(port), str(feed)]
    with subprocess.Popen(words) as process:
        try:
            while not (await reachable(port) and await reachable(feed)):
                await asyncio.sleep(0.05)
            yield Relay(port, feed)
        finally:
            process.kill()


def main() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    gc.set_threshold(50_000, 50, 50)
    report = Report()
    with TemporaryDirectory(prefix="huddle-", dir="/tmp") as path:
        Path(path).chmod(0o755)
        asyncio.run(run(Path(path), report))
    if results := os.environ.get("RESULTS"):
        Path(results).write_text(report.markdown())
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
