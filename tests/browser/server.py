"""A server of the demonstration, in a process of its own, that can stop and come back."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from scripts.story.server import HUDDLE, free_port

PATIENCE_SECONDS = 30.0


class Server:
    """Serves the demo from a folder; a second one may serve the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(HUDDLE), "serve", "--demo", "--port", str(self.port)]
        with (self.folder / f"log-{self.port}").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment(self.folder), stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            assert time.monotonic() < end, "the server was not ready in time"
            assert self.process.poll() is None, "the server did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", trust_env=False).is_success
        except httpx.TransportError:
            return False


def prepare(folder: Path) -> None:
    """Load the demo once; copies of the folder serve it."""
    subprocess.run(
        [HUDDLE, "demo"], cwd=folder, env=environment(folder), check=True, capture_output=True
    )


def environment(folder: Path) -> Mapping[str, str]:
    foreign = ("HUDDLE_", "PYTHON", "PORT")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return clean | {"HUDDLE_DATABASE_URL": f"sqlite:///{folder}/huddle.db"}
