"""The processes that are measured: started on one core, asked from another."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from benchmarks.requests.peers.statements import statements
from benchmarks.requests.work import SECRET

HERE = Path(__file__).parent
SERVER_CORE, LOAD_CORE = 0, (os.cpu_count() or 1) - 1
FIRST_PORT = 27_201
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 60

NODE = HERE / "peers" / "node"
PYTHON_KINDS = ("floor", "ours", "strawberry", "ariadne")
NODE_KINDS = ("yoga", "mercurius")


@dataclass
class Running:
    kind: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Return the seconds of CPU that all threads of the process have used, in user space and in the kernel."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / TICKS

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def running(urls: dict[str, str]) -> Iterator[list[Running]]:
    """Start a process of each kind on its database and wait until it answers."""
    started: list[Running] = []
    try:
        for place, (kind, url) in enumerate(urls.items()):
            started.append(_started(kind, url, FIRST_PORT + place))
        yield started
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()


def _started(kind: str, url: str, port: int) -> Running:
    command = _command(kind, url, str(port))
    process = subprocess.Popen(command, preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}))
    found = Running(kind, port, process)
    asyncio.run(answers(found))
    return found


def _command(kind: str, url: str, port: str) -> list[str]:
    if kind not in NODE_KINDS:
        return [sys.executable, "-m", "benchmarks.requests.servers", kind, url, port]
    said = orjson.dumps(statements(url)).decode()
    return ["node", str(NODE / f"{kind}.mjs"), url, port, SECRET, said]


async def answers(found: Running) -> None:
    """Wait for the first answer."""
    end = time.monotonic() + PATIENCE_SECONDS
    async with httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(f"http://127.0.0.1:{found.port}/readyz")
                return
            except httpx.TransportError:
                if found.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{found.kind} did not start") from None
                await asyncio.sleep(0.02)
