"""What goes wrong: a row for each fault, drawn from one seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from scripts.chaos.brokers import Broker
from scripts.chaos.databases import Postgres
from scripts.chaos.proxy import Proxy
from scripts.chaos.servers import Server

# The chance of each transaction to be a process's last, by where it dies.
AT_POINTS = "begun=0.0004,written=0.0004,committing=0.001,committed=0.001,woken=0.0006"


@dataclass
class Trouble:
    """Everything that can be hurt. `undo` are faults that take a while and are under way."""

    servers: list[Server]
    proxy: Proxy
    chance: Random
    postgres: Postgres | None = None
    broker: Broker | None = None
    done: Counter[str] = field(default_factory=Counter)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def make(self, every: float) -> None:
        """Let something go wrong again and again; what needs time goes on meanwhile."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * every)
            kinds = [kind for kind in FAULTS if kind.possible(self)]
            kind = self.chance.choices(kinds, [each.often for each in kinds])[0]
            self.done[kind.name] += 1
            task = asyncio.create_task(_quietly(kind.act(self)))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)

    async def over(self) -> None:
        """Wait until everything that was hurt is back."""
        while self.under_way:
            await asyncio.wait(set(self.under_way))
        for server in self.servers:
            server.environment.pop("HUDDLE_FAULTS", None)
            await server.until_ready()

    @property
    def settled(self) -> list[Server]:
        """With whom there is something to lose: whoever is not back yet is left to come back."""
        return [server for server in self.servers if server.settled]

    async def kill(self) -> None:
        self.chance.choice(self.settled).kill()

    async def terminate(self) -> None:
        await self.chance.choice(self.settled).terminate()

    async def cut(self) -> None:
        for link in self.proxy.some(0.5):
            link.cut()

    async def stall(self) -> None:
        links = self.proxy.some(0.3)
        seconds = self.chance.uniform(0.5, 3)
        await asyncio.gather(*(link.stall(seconds) for link in links))

    async def restart_database(self) -> None:
        assert self.postgres, "it is possible"
        async with self.one_at_a_time:
            await self.postgres.restart()

    async def kill_broker(self) -> None:
        assert self.broker, "it is possible"
        async with self.one_at_a_time:
            await self.broker.die(self.chance.uniform(0, 2))

    async def freeze_broker(self) -> None:
        assert self.broker, "it is possible"
        async with self.one_at_a_time:
            await self.broker.freeze(self.chance.uniform(1, 4))

    def __post_init__(self) -> None:
        self.one_at_a_time = asyncio.Lock()


async def _quietly(act: Awaitable[None]) -> None:
    try:
        await act
    except Exception as problem:
        print(f"  a fault could not be made: {type(problem).__name__}: {problem}")


def _always(trouble: Trouble) -> bool:
    return True


def _serving(trouble: Trouble) -> bool:
    return bool(trouble.settled)


@dataclass(frozen=True)
class Fault:
    name: str
    often: int
    act: Callable[[Trouble], Awaitable[None]]
    possible: Callable[[Trouble], bool] = _always


FAULTS = (
    Fault("kill -9", 5, Trouble.kill, _serving),
    Fault("SIGTERM", 2, Trouble.terminate, _serving),
    Fault("connections cut", 4, Trouble.cut),
    Fault("connections stalled", 2, Trouble.stall),
    Fault("database restarted", 2, Trouble.restart_database, lambda t: t.postgres is not None),
    Fault("broker killed", 3, Trouble.kill_broker, lambda t: t.broker is not None),
    Fault("broker frozen", 2, Trouble.freeze_broker, lambda t: t.broker is not None),
)
