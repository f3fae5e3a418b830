"""docs/contract-testing.md does what it says: its commands run, and its tests pass in a folder of their own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from schema.build import sdl
from server.contract.deprecations import violations

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "contract-testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
SHELL = [text for kind, text in BLOCKS if kind == "sh"]
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("HUDDLE_", "PYTEST_", "COV_"))
}
ENVIRONMENT = CLEAN | {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "PYTHONPATH": str(ROOT),
}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_fixtures_serve_the_tests_of_a_client(tmp_path: Path) -> None:
    for text in PYTHON:
        name = text.splitlines()[0].removeprefix("# ")
        (tmp_path / name).write_text(text)
    ran = run(
        tmp_path, sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"
    )
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_the_commands_tell_what_changed(tmp_path: Path) -> None:
    ran = run(tmp_path, "sh", "-ec", SHELL[0])
    assert (ran.returncode, ran.stdout) == (0, "Nothing changed that a client can see.\n"), ran


def test_the_example_of_a_deprecation_keeps_the_policy() -> None:
    (example,) = [text for kind, text in BLOCKS if kind == "graphql"]
    rest = "type Department { name: String } type Query { agent: Agent }"
    assert violations(example + rest) == []
    assert violations(example.replace("Agent.departments", "Agent.teams") + rest) != []


@contextmanager
def mocking(folder: Path, command: str, port: int) -> Iterator[None]:
    """Run the page's command, on another port."""
    words = command.replace("8001", str(port)).split()
    process = subprocess.Popen(
        words, cwd=folder, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            assert httpx.get(url).json()["status"] == "ready"
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The mock did not start.")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page asks with curl")
def test_the_mock_answers_what_the_page_asks(tmp_path: Path) -> None:
    (tmp_path / "schema.graphql").write_text(sdl(), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with mocking(tmp_path, SHELL[1], port):
        ran = run(tmp_path, "sh", "-ec", SHELL[2].replace("8001", str(port)))
    assert ran.stdout.startswith('{"data":{"conversation":{"id":"abc","subject":"'), ran
