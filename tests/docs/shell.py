"""Runs blocks as somebody pastes them: one after the other, each knowing what the ones before have set."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60.0
SESSION = """
set -eo pipefail
if [ -e {state} ]; then source {state}; fi
set -a
{block}
set +a
{{ declare -f; export -p; }} > {state}
"""


@dataclass(frozen=True)
class Shell:
    """`folder` is where blocks run and leave their files."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, block: str) -> str:
        """Run a block to its end and return what it printed; a failing command fails it."""
        words = self._bash(block)
        result = subprocess.run(
            words, cwd=self.folder, env=self.environment, text=True,
            capture_output=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        assert result.returncode == 0, f"{block}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def until(self, words: Sequence[str], sign: str) -> None:
        """Run what goes on for ever until it prints the sign; then end it."""
        process = subprocess.Popen(
            words, cwd=self.folder, env=self.environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        late = threading.Timer(PATIENCE_SECONDS, end, [process])
        late.start()
        assert process.stdout
        try:
            printed: list[str] = []
            while sign not in "".join(printed[-1:]):
                line = process.stdout.readline()
                assert line, f"{sign} was not printed:\n{''.join(printed)}"
                printed.append(line)
        finally:
            late.cancel()
            end(process)
            process.communicate()

    def block_until(self, block: str, sign: str) -> None:
        self.until(self._bash(block), sign)

    def forget(self) -> None:
        """Be as a new terminal."""
        self._state.unlink(missing_ok=True)

    @property
    def _state(self) -> Path:
        return self.folder / "state.sh"

    def _bash(self, block: str) -> list[str]:
        return ["bash", "-c", SESSION.format(state=self._state, block=block)]


def end(process: subprocess.Popen[str]) -> None:
    """End a process that runs yet, and what it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def answers(printed: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects among the lines that a block printed."""
    for line in printed.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
