"""How long `huddle serve` takes to its first answer, and how much memory it has then."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.requests.running import SERVER_CORE, Running, answers
from benchmarks.requests.work import SECRET

PORT = 27_220
TIMES = 3
COMMAND = Path(sys.executable).with_name("huddle")


@dataclass
class Starts:
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    mib: float = 0.0


def starts(url: str) -> Starts:
    found = Starts()
    for _ in range(TIMES):
        begun = time.perf_counter()
        process = _serving(url)
        try:
            running = Running("ours", PORT, process)
            asyncio.run(answers(running))
            found.seconds.append(time.perf_counter() - begun)
            found.cpu_seconds.append(running.cpu())
            found.mib = running.resident_mib()
        finally:
            process.kill()
            process.wait()
    return found


def _serving(url: str) -> subprocess.Popen[bytes]:
    said = {"HUDDLE_DATABASE_URL": url, "HUDDLE_JWT_SECRET": SECRET, "PORT": str(PORT)}
    return subprocess.Popen(
        [COMMAND, "serve"],
        env={**os.environ, **said},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
