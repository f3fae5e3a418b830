"""The arena of a race, the number of its rounds, and the summary at the end."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from models.database import Database
from tests.races.arena import Arena
from tests.races.tally import Tally, table
from tests.world import World

PROCESSES = 4
ROUNDS = 20


@pytest.fixture
def rounds() -> int:
    """How often a race is run: ROUNDS in the environment says."""
    return int(os.environ.get("ROUNDS", ROUNDS))


@pytest.fixture
async def arena(database_url: str, database: Database, world: World) -> AsyncIterator[Arena]:
    others = [Database(database_url) for _ in range(PROCESSES - 1)]
    yield Arena([database, *others], world)
    for other in others:
        await other.dispose()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Count, and fail in the end for every violation and every error in the log."""
    test = request.node
    kept = Tally(test.name.removeprefix("test_").replace("_", " "))
    with capture_logs() as logged:
        yield kept
    kept.violations += [f"logged: {entry['event']}" for entry in logged if _is_error(entry)]
    test.user_properties.append(("race", kept.row()))
    if kept.violations:
        pytest.fail("\n".join(["Races were lost:", *kept.violations]), pytrace=False)


def _is_error(entry: Any) -> bool:
    return entry["log_level"] in {"error", "critical"}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for each in terminalreporter.stats.values() for report in each]
    rows = {
        value["name"]: value
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == "race"
    }
    if rows:
        terminalreporter.section("races")
        for line in table(rows.values()):
            terminalreporter.write_line(line)
