"""What every phase works with: the processes, who writes, who reads, and what was seen so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import ParamSpec, TypeVar

from benchmarks.delivery.readers import Reader
from benchmarks.delivery.report import Report
from benchmarks.delivery.stage import CONVERSATIONS, readers_of
from benchmarks.delivery.writer import Plan, write
from models.database import Database
from scripts.chaos.cluster import Cluster
from scripts.chaos.scene import Scene
from scripts.chaos.waiting import until

P = ParamSpec("P")
T = TypeVar("T")

APART = CONVERSATIONS * 1_000_000  # between the numbers of two rounds of writing
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Relay:
    """The ports of the floor: for subscribers, and for whoever feeds it."""

    port: int
    feed: int


@dataclass
class Bench:
    """`gone` are those whose part has ended."""

    name: str
    url: str
    cluster: Cluster
    scene: Scene
    database: Database
    pool: ProcessPoolExecutor
    relay: Relay
    report: Report
    rounds: Iterator[int] = field(default_factory=count)
    gone: set[str] = field(default_factory=set)
    healthy_p99: float = 0.0

    @property
    def plan(self) -> Plan:
        return Plan(self.url, self.cluster.broadcast_url, self.scene)

    def tell(self, what: str, seen: float, target: float | None = None, unit: str = "ms") -> None:
        self.report.add(f"{self.name}: {what}", seen, target, unit)

    def tell_wrong(self, readers: Sequence[Reader]) -> None:
        wrong = sum(reader.wrong for reader in readers)
        self.tell("lost, doubled or out of order meanwhile", wrong, 0, "")

    async def apart(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do something in the writer's process."""
        return await asyncio.wrap_future(self.pool.submit(work, *arguments, **named))

    async def write(self, plan: Plan, seconds: float, rate: float) -> dict[int, float]:
        return await self.apart(write, plan, next(self.rounds) * APART, rate, seconds)

    def readers(self, connections: int = 1) -> list[Reader]:
        """Return the readers of every conversation, shared out over the processes in turn."""
        ports = cycle([server.port for server in self.cluster.servers])
        return [
            Reader(key, place, self.scene.agent(key), ports)
            for place in self.scene.places
            for key in readers_of(place)
            if key not in self.gone
            for _ in range(connections)
        ]


async def all_heard(readers: Sequence[Reader], committed: Mapping[int, float]) -> None:
    """Wait until everybody has heard what was committed in their conversation."""
    wanted = {
        place: {number for number in committed if number % CONVERSATIONS == place}
        for place in range(CONVERSATIONS)
    }
    following = [reader for reader in readers if reader.ended_at is None]
    await until(
        lambda: all(wanted[each.place.number] <= each.heard.keys() for each in following),
        PATIENCE_SECONDS,
    )
