"""`make bench-fanout`: one event to 100, 1,000 and 5,000 subscribers of one process, round robin with its floor.

The servers run on core 0, this process and the probe on another. CPU is the server process's own, by its clock.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import orjson

from benchmarks.fanout.crowd import Crowd
from benchmarks.fanout.seed import seed
from benchmarks.fanout.servers import DOCUMENT, SECRET
from benchmarks.wire import opening
from domain.actors import ActorKind
from models.database import Database
from schema.ids import encode
from server.migrating import migrate
from server.tokens import sign

SIZES = [int(n) for n in os.environ.get("SIZES", "100,1000,5000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
DELIVERIES = 10_000  # of each kind and round: small crowds hear more events
STOCK_DELIVERIES = 1_000
FEWEST = 5
OF_ONE_PERSON = 5  # sockets
KINDS = tuple(os.environ.get("KINDS", "raw,ours,stock").split(","))
PORTS = {"raw": 27_101, "ours": 27_102, "stock": 27_103}
TARGETS = {"cpu": 1.5, "stock": 20.0, "kib": 35.0, "stall": 15.0}
SERVER_CORE, LOAD_CORE = 0, (os.cpu_count() or 1) - 1


@dataclass
class Figures:
    """What was measured of one kind and size."""

    microseconds: list[float] = field(default_factory=list)
    last_ms: list[float] = field(default_factory=list)
    probe_ms: list[float] = field(default_factory=list)
    kib: float = 0.0


def resident_kib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1])


def start_probe(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.fanout.probe", str(port)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@dataclass
class Running:
    kind: str
    process: subprocess.Popen[bytes]
    http: httpx.AsyncClient
    crowd: Crowd = field(default_factory=Crowd)

    @property
    def port(self) -> int:
        return PORTS[self.kind]

    async def cpu(self) -> float:
        seconds: float = (await self.http.get("/cpu")).json()
        return seconds

    async def kib(self) -> float:
        await self.http.get("/collect")
        return resident_kib(self.process.pid)

    async def publish(self) -> None:
        (await self.http.post("/publish")).raise_for_status()


async def prepared(folder: Path) -> tuple[Path, list[str]]:
    """Make a database with a crowd, and say once what subscribers are told, for the floor to say the same."""
    url = f"sqlite:///{folder / 'fanout.db'}"
    database = Database(url)
    try:
        await migrate(database)
        crowd = await seed(database, max(SIZES) // OF_ONE_PERSON)
        tokens = [
            sign(SECRET, ActorKind.AGENT, id_, ttl=timedelta(hours=2)) for id_ in crowd.agents
        ]
        path = folder / "seed.json"
        conversation = crowd.conversations[0]
        path.write_bytes(
            orjson.dumps({"database": url, "conversation": conversation, "answer": None})
        )
        return path, [encode("Conversation", conversation), *tokens]
    finally:
        await database.dispose()


def start(kind: str, seed_path: Path) -> Running:
    command = [sys.executable, "-m", "benchmarks.fanout.servers"]
    process = subprocess.Popen(
        [*command, kind, str(seed_path), str(PORTS[kind])],
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    base = f"http://127.0.0.1:{PORTS[kind]}"
    http = httpx.AsyncClient(base_url=base, trust_env=False, timeout=300)
    return Running(kind, process, http)


async def up(running: Running) -> None:
    for _ in range(1200):
        try:
            await running.http.get("/healthz")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{running.kind} did not start")


async def one_answer(seed_path: Path, conversation: str, token: str) -> None:
    """Let ours tell one event to one subscriber; the floor's frames are then of the same size."""
    running = start("ours", seed_path)
    try:
        await up(running)
        await running.crowd.join(running.port, [opening(token, DOCUMENT, id=conversation)])
        running.crowd.expect(1)
        await running.publish()
        await running.crowd.all_there()
        note_answer(seed_path, running.crowd.last)
    finally:
        await stop(running)


def note_answer(seed_path: Path, frame: bytes) -> None:
    answer = orjson.loads(frame[frame.index(b"{") :])["payload"]
    found = orjson.loads(seed_path.read_bytes())
    seed_path.write_bytes(orjson.dumps({**found, "answer": answer}))


async def stop(running: Running) -> None:
    running.crowd.leave()
    await running.http.aclose()
    running.process.kill()
    running.process.wait()


async def measured(seed_path: Path, size: int, names: list[str]) -> dict[str, Figures]:
    """Run all kinds side by side with so many subscribers each, in turns."""
    conversation, *tokens = names
    figures = {kind: Figures() for kind in KINDS}
    with ExitStack() as stack:
        running = [start(kind, seed_path) for kind in KINDS]
        for each in running:
            stack.callback(each.process.wait)
            stack.callback(each.process.kill)
        for each in running:
            await up(each)
            await joined(each, size, conversation, tokens, figures[each.kind])
        for number in range(ROUNDS + 1):  # the first one warms up
            for each in running:
                found = Figures() if number == 0 else figures[each.kind]
                await one_round(each, size, found)
                print(f"{size} round {number} {each.kind} {found.microseconds}", file=sys.stderr)
        for each in running:
            assert not each.crowd.lost, f"{each.kind} lost {each.crowd.lost} sockets"
            await stop(each)
    return figures


async def joined(
    running: Running, size: int, conversation: str, tokens: list[str], figures: Figures
) -> None:
    openings = [opening(tokens[n // OF_ONE_PERSON], DOCUMENT, id=conversation) for n in range(size)]
    warm = openings[: min(20, size // 5)]
    await running.crowd.join(running.port, warm)
    before = await running.kib()
    await running.crowd.join(running.port, openings[len(warm) :])
    await asyncio.sleep(1)
    figures.kib = (await running.kib() - before) / (size - len(warm))


async def one_round(running: Running, size: int, figures: Figures) -> None:
    """Tell some events with nobody else there, and then as many while a client of HTTP asks all the time.

    Whoever lets that client in more often has more to do, which is no cost of a delivery.
    """
    stock = running.kind == "stock"
    events = max(1, STOCK_DELIVERIES // size) if stock else max(FEWEST, DELIVERIES // size)
    before = await running.cpu()
    figures.last_ms += [await one_event(running, size) for _ in range(events)]
    spent = await running.cpu() - before
    figures.microseconds.append(spent / events / size * 1e6)
    probe = start_probe(running.port)
    for _ in range(events):
        await one_event(running, size)
    taken, _ = await asyncio.to_thread(probe.communicate, b"")
    figures.probe_ms += orjson.loads(taken)


async def one_event(running: Running, size: int) -> float:
    """Let one event happen; return after how many milliseconds the last one had heard of it."""
    clock = asyncio.get_running_loop().time
    running.crowd.expect(size)
    begun = clock()
    publishing = asyncio.create_task(running.publish())
    await running.crowd.all_there()
    took = (clock() - begun) * 1000
    await publishing
    return took


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def told(size: int, figures: dict[str, Figures]) -> dict[str, float]:
    """Print the figures of one size; return the ratios."""
    raw, own = figures["raw"], figures["ours"]
    stock = figures.get("stock", Figures([float("nan")]))
    print(
        f"\n{size:,} subscribers        CPU us/delivery (spread)   last ms p50   HTTP ms p50/p99/max   KiB idle"
    )
    for kind in KINDS:
        f, us = figures[kind], figures[kind].microseconds
        http = "/".join(f"{percentile(f.probe_ms, s):.1f}" for s in (0.5, 0.99, 1))
        print(
            f"  {kind:20} {median(us):9.1f} ({min(us):.1f}-{max(us):.1f}) {median(f.last_ms):16.1f} "
            f"{http:>20} {f.kib:10.1f}"
        )
    ratios = {
        "cpu": median(own.microseconds) / median(raw.microseconds),
        "stock": median(stock.microseconds) / median(own.microseconds),
        "kib": own.kib,
        "stall": percentile(own.probe_ms, 0.99),
    }
    print(f"  ours / raw {ratios['cpu']:.2f}   stock / ours {ratios['stock']:.1f}")
    return ratios


def judged(ratios: dict[str, float]) -> bool:
    """Say which targets hold at the largest size."""
    held = {name: ratios[name] <= TARGETS[name] for name in ("cpu", "kib", "stall")}
    held["stock"] = ratios["stock"] >= TARGETS["stock"]
    print("\nAt the largest size:")
    words = {
        "cpu": "CPU per delivery beside the raw loop, at most",
        "stock": "times cheaper than stock strawberry, at least",
        "kib": "KiB per idle subscriber, at most",
        "stall": "ms that HTTP takes at p99 meanwhile, at most",
    }
    for name, phrase in words.items():
        print(
            f"  {'holds' if held[name] else 'FAILS'}  {ratios[name]:6.2f}  {phrase} {TARGETS[name]:g}"
        )
    return all(held.values())


async def run() -> bool:
    os.sched_setaffinity(0, {LOAD_CORE})
    ratios: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="huddle-fanout-") as folder:
        seed_path, names = await prepared(Path(folder))
        await one_answer(seed_path, names[0], names[1])
        for size in SIZES:
            ratios = told(size, await measured(seed_path, size, names))
    return judged(ratios)


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.exit(0 if asyncio.run(run()) else 1)


if __name__ == "__main__":
    main()
