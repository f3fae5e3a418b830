"""The service's processes: each is started again whenever it ends, until all are told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from scripts.chaos.ports import HOST, free_port, reachable

CHECKOUT = Path(__file__).resolve().parents[2]
HUDDLE = str(Path(sys.executable).parent / "huddle")
GRACE_SECONDS = 14.0
START_SECONDS = 90.0
SETTLED_SECONDS = 3.0


class Server:
    """One process after another on one port, with a `rest` between them. `answered_at` is when the present one did for the
    first time.
    """

    def __init__(
        self,
        folder: Path,
        number: int,
        settings: Mapping[str, str],
        plant: str = "",
        workers: int = 1,
    ) -> None:
        self.port = free_port()
        self.log = folder / f"server-{number}.log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT),
            "HUDDLE_PORT": str(self.port),
            "HUDDLE_HOST": HOST,
            "HUDDLE_LOG": "json",
            "HUDDLE_COMPILED": os.environ.get("HUDDLE_COMPILED", "on"),
            **settings,
        }
        planted = [sys.executable, "-m", "scripts.chaos.plants", plant]
        several = ["--workers", str(workers)] if workers > 1 else []
        self.words = [*(planted if plant else [HUDDLE]), "serve", *several]
        self.rest = 0.0
        self.child: subprocess.Popen[bytes] | None = None
        self.answered_at: float | None = None
        self.died = 0  # by itself, at a named point
        self.deaths: list[datetime] = []
        self.expected = False
        self.stops: list[float] = []  # how long each SIGTERM took

    @property
    def settled(self) -> bool:
        """Whether it has served long enough for clients to have come back to it."""
        at = self.answered_at
        return at is not None and time.monotonic() - at > SETTLED_SECONDS

    async def keep(self) -> None:
        """Run it for ever; when cancelled, leave nothing behind."""
        try:
            while True:
                self._start()
                while self.child and self.child.poll() is None:
                    if self.answered_at is None and await reachable(self.port):
                        self.answered_at = time.monotonic()
                    await asyncio.sleep(0.02)
                self.answered_at = None
                self.deaths.append(datetime.now(UTC))
                self.died += not self.expected
                self.expected = False
                await asyncio.sleep(self.rest)
        finally:
            if self.child:
                self.child.kill()
                self.child.wait()

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.words, env=self.environment, stdout=log, stderr=log, cwd=CHECKOUT
            )

    async def until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not await reachable(self.port):
            if time.monotonic() > end:
                raise TimeoutError(self.log.read_text()[-2_000:])
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    async def terminate(self) -> None:
        """Ask it to stop, and note how long it takes; who does not stop is killed."""
        child, began = self.child, time.monotonic()
        self._signal(signal.SIGTERM)
        while child and child.poll() is None and time.monotonic() - began < GRACE_SECONDS:
            await asyncio.sleep(0.02)
        self.stops.append(time.monotonic() - began)
        if child and child.poll() is None:
            child.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self.child and self.child.poll() is None:
            self.expected = True
            self.child.send_signal(number)

    async def metric(self, session: aiohttp.ClientSession, name: str) -> float:
        """Return the sum of one of the figures that it tells, once it is there."""
        await self.until_ready()
        async with session.get(f"http://{HOST}:{self.port}/metrics") as reply:
            lines = (await reply.text()).splitlines()
        told = [line for line in lines if line.split("{")[0].split(" ")[0] == name]
        return sum(float(line.split()[-1]) for line in told)

    async def connections(self, session: aiohttp.ClientSession) -> float:
        """Return how many sockets and streams it says that it holds."""
        return await self.metric(session, "huddle_connections")

    def descriptors(self) -> int:
        assert self.child, "it runs"
        return len(list(Path(f"/proc/{self.child.pid}/fd").iterdir()))

    def resident_mb(self) -> float:
        assert self.child, "it runs"
        pages = int(Path(f"/proc/{self.child.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
