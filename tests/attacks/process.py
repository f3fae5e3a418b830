"""A service in a process of its own, watched from outside: its log, memory, descriptors and sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.cli.process import HUDDLE, free_port

PATIENCE_SECONDS = 60


class Huddle:
    """A `huddle serve`; what it prints goes to a file, so that it never waits for a reader."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.printed = home / "printed"
        with self.printed.open("wb") as printed:
            self.child = subprocess.Popen(
                [HUDDLE, "serve"],
                cwd=home,
                env={"PATH": "/usr/bin:/bin", "HUDDLE_PORT": str(self.port), **settings},
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> str:
        return self.printed.read_text(errors="replace")

    def until_ready(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self.child.poll() is None, self.log
            try:
                if httpx.get(f"{self.address}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("not ready in time")

    def resident_mb(self) -> float:
        pages = int(Path(f"/proc/{self.child.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def sockets(self) -> set[str]:
        """Return the inodes of the sockets that it holds open."""
        found = set()
        for descriptor in Path(f"/proc/{self.child.pid}/fd").iterdir():
            try:
                target = str(descriptor.readlink())
            except FileNotFoundError:  # closed meanwhile
                continue
            if target.startswith("socket:"):
                found.add(target[8:-1])
        return found

    def holds(self, client_port: int) -> bool:
        """Tell whether it still has the other end of a client's socket."""
        mine, theirs = f":{self.port:04X}", f":{client_port:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        inodes = {row[9] for row in rows if row[1].endswith(mine) and row[2].endswith(theirs)}
        return bool(inodes & self.sockets())

    def stop(self) -> None:
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(PATIENCE_SECONDS)


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Huddle]:
    """Run a service until the block ends, and leave nothing behind."""
    huddle = Huddle(home, HUDDLE_LOG="json", **settings)
    try:
        huddle.until_ready()
        yield huddle
    finally:
        if huddle.child.poll() is None:
            huddle.child.kill()
            huddle.child.wait()
