"""The arena of a race, the number of its rounds, and the summary at the end."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from models.database import Database
from tests.races.arena import Arena
from tests.races.tally import Tally, table
from tests.service import Service, serving
from tests.world import World, set_policy

PROCESSES = 4
ROUNDS = 20


@pytest.fixture
def rounds() -> int:
    """How often a race is run: ROUNDS in the environment says."""
    return int(os.environ.get("ROUNDS", ROUNDS))


@pytest.fixture
async def arena(database_url: str, database: Database, world: World) -> AsyncIterator[Arena]:
    """Rounds follow each other faster than people invite, so that frequency is not limited here."""
    often = {"invitations_per_inviter_per_minute": 1000, "invitations_per_invitee_per_minute": 1000}
    await set_policy(database, world, **often)
    others = [Database(database_url) for _ in range(PROCESSES - 1)]
    yield Arena([database, *others], world)
    for other in others:
        await other.dispose()


@pytest.fixture
async def servers(database_url: str, arena: Arena, world: World) -> AsyncIterator[list[Service]]:
    """Two processes' worth of servers on one database, timers included."""
    async with AsyncExitStack() as stack:
        running = []
        for _ in range(2):
            address, app = await stack.enter_async_context(serving(database_url))
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=address, trust_env=False, timeout=30)
            )
            running.append(Service(address, app, http, arena.database, world))
        yield running


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Count, and hand the count to whoever prints the summary."""
    test = request.node
    with capture_logs() as logged:
        kept = Tally(test.name.removeprefix("test_").replace("_", " "), logged=logged)
        yield kept
    test.user_properties.append(("race", kept.row()))


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
