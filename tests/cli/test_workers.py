"""`huddle serve --workers N`: workers that die are replaced, and all stop together, in bounded time."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import SECRET
from tests.cli.process import STOPS_WITHIN_SECONDS, Process, running

pytestmark = pytest.mark.one_database

NUMBER = 2
PATIENCE_SECONDS = 60


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    """Return the process ids of what any thread of a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for each in lists for child in each.read_text().split()}


def workers(process: Process) -> set[int]:
    """Return the process ids of its workers: they are forked from one of its children."""
    return {worker for child in children(process.child.pid) for worker in children(child)}


def alive(pids: set[int]) -> list[int]:
    """Return those that still run; whoever is dead may wait for somebody to take note."""
    stats = {pid: Path(f"/proc/{pid}/stat") for pid in pids}
    return [pid for pid, stat in stats.items() if stat.exists() and ") Z " not in stat.read_text()]


@pytest.fixture
def process(home: Path, sqlite_url: str) -> Iterator[Process]:
    settings = {"HUDDLE_DATABASE_URL": sqlite_url, "HUDDLE_JWT_SECRET": SECRET}
    with running(Process(home, "--workers", str(NUMBER), **settings)) as ready:
        until(lambda: len(workers(ready)) == NUMBER)
        yield ready


def test_a_worker_that_dies_is_replaced_and_all_stop(process: Process) -> None:
    before = workers(process)
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(workers(process)) == NUMBER and len(workers(process) - before) == 1)
    with httpx.Client(base_url=process.address, trust_env=False) as web:
        assert web.get("/readyz").json()["status"] == "ready"
    last = workers(process)
    seconds, code, err = process.stop()
    assert seconds < STOPS_WITHIN_SECONDS
    assert code == 0, err
    assert "a worker died; starting it again" in err
    assert alive(last) == []


def test_workers_do_not_outlive_their_parent(process: Process) -> None:
    orphans = workers(process)
    process.child.kill()
    process.child.communicate()
    until(lambda: not alive(orphans))
