"""`huddle serve` as a process of its own."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

HUDDLE = Path(sys.executable).parent / "huddle"
PATIENCE_SECONDS = 60
STOPS_WITHIN_SECONDS = 12  # what uvicorn waits for open requests, and a little more


def free_port() -> int:
    """Return a port below those that outgoing connections are given."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")


class Process:
    """A `huddle serve` with a database of its own."""

    def __init__(self, home: Path, *words: str, **settings: str) -> None:
        self.port = int(settings.setdefault("HUDDLE_PORT", str(free_port())))
        self.address = f"http://127.0.0.1:{self.port}"
        self.child = subprocess.Popen(
            [HUDDLE, "serve", *words],
            cwd=home,
            env={"PATH": "/usr/bin:/bin", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until_ready(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self.child.poll() is None, self.child.communicate()
            try:
                if httpx.get(f"{self.address}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("not ready in time")

    def ends(self) -> tuple[int, str, str]:
        """Return its exit code and what it printed."""
        out, err = self.child.communicate(timeout=PATIENCE_SECONDS)
        return self.child.returncode, out, err

    def stop(self) -> tuple[float, int, str]:
        """Tell it to stop; return how long that took, its exit code and its complaints."""
        began = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        code, _, err = self.ends()
        return time.monotonic() - began, code, err


@contextmanager
def running(process: Process) -> Iterator[Process]:
    """Wait until it is ready, and leave nothing behind."""
    try:
        process.until_ready()
        yield process
    finally:
        if process.child.poll() is None:
            process.child.kill()
            process.child.communicate()
