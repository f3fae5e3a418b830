"""The processes of one configuration, and the broker between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.chaos.brokers import Broker
from scripts.chaos.configurations import Configuration, Line
from scripts.chaos.scene import SECRET
from scripts.chaos.servers import Server
from scripts.chaos.waiting import ended


@dataclass(frozen=True)
class Cluster:
    """`settings` are what every process is told; each may be a parent of `workers`."""

    servers: list[Server]
    broker: Broker | None
    settings: Mapping[str, str]
    workers: int

    @property
    def broadcast_url(self) -> str:
        return self.settings["HUDDLE_BROADCAST_URL"]


@asynccontextmanager
async def cluster(
    configuration: Configuration,
    folder: Path,
    url: str,
    more: Mapping[str, str] | None = None,
    plant: str = "",
) -> AsyncGenerator[Cluster]:
    """Keep so many processes running on one database; each is started again whenever it ends."""
    broker = Broker() if configuration.line is Line.REDIS else None
    if broker:
        await broker.start()
    settings = _settings(configuration, url, broker) | dict(more or {})
    numbers = range(configuration.processes)
    workers = configuration.workers
    servers = [Server(folder, number, settings, plant, workers) for number in numbers]
    tasks = [asyncio.create_task(server.keep()) for server in servers]
    try:
        await asyncio.gather(*(server.until_ready() for server in servers))
        yield Cluster(servers, broker, settings, workers)
    finally:
        await ended(tasks)
        if broker:
            broker.stop()


def _settings(configuration: Configuration, url: str, broker: Broker | None) -> dict[str, str]:
    lines = {Line.NOTIFY: url, Line.REDIS: broker.url if broker else ""}
    return {
        "HUDDLE_DATABASE_URL": url,
        "HUDDLE_JWT_SECRET": SECRET,
        "HUDDLE_RATES": "off",
        "HUDDLE_BROADCAST_URL": lines.get(configuration.line, "memory://"),
    }
