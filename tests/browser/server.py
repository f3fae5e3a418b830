"""A server of the demonstration in this process, that can stop and come back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from scripts.story.server import HUDDLE, free_port
from server.app import build_app
from server.settings import Settings
from server.testing import served


class Server:
    """Serves the demo from a folder; a second one may serve the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._running = ExitStack()

    def start(self) -> None:
        self._running.enter_context(served(build_app(self._settings()), self.port))

    def stop(self) -> None:
        self._running.close()

    def _settings(self) -> Settings:
        return Settings(database_url=database_in(self.folder), port=self.port)


def prepare(folder: Path) -> None:
    """Load the demo once; copies of the folder serve it."""
    subprocess.run(
        [HUDDLE, "demo"], cwd=folder, env=environment(folder), check=True, capture_output=True
    )


def environment(folder: Path) -> Mapping[str, str]:
    foreign = ("HUDDLE_", "PYTHON", "PORT")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return clean | {"HUDDLE_DATABASE_URL": database_in(folder)}


def database_in(folder: Path) -> str:
    return f"sqlite:///{folder}/huddle.db"
