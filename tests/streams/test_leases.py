"""A process holds the leases of whoever is connected to it, however short they are and whatever fails meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from models.agents import leases
from models.columns import database_now
from resolvers.leases import hold
from server import leases as process
from server.connections import Carrier, Connections
from server.leases import keep_leases
from tests.service import Service
from tests.streams.kit import eventually
from tests.world import change, set_policy

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere


@asynccontextmanager
async def connected(service: Service, key: str) -> AsyncIterator[None]:
    """Let one agent be connected to a process, by one socket."""
    await change(service.database, sa.delete(leases))
    connections, person = Connections(), str(service.world.agents[key])
    keeping = asyncio.create_task(keep_leases(service.database, lambda heads: None, connections))
    with connections.held_by(person, Carrier.SOCKET):
        yield
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def held(service: Service) -> bool:
    live = sa.select(leases.c.agent_id).where(leases.c.expires_at > database_now())
    return len(await service.database.all(live)) == 1


async def until_held(service: Service) -> None:
    async with asyncio.timeout(20):
        while not await held(service):  # noqa: ASYNC110  # it does not tell
            await asyncio.sleep(0.02)


async def test_short_leases_are_renewed_before_they_end(service: Service) -> None:
    await set_policy(service.database, service.world, presence_lease_seconds=2, heartbeat_seconds=1)
    async with connected(service, "lin"):
        await until_held(service)
        for _ in range(30):
            assert await held(service)
            await asyncio.sleep(0.1)


async def test_who_arrives_while_leases_cannot_be_taken_gets_one_as_soon_as_they_can(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OSError("away")] * 2

    async def failing(*arguments: Any) -> float:
        if failures:
            raise failures.pop()
        return await hold(*arguments)

    monkeypatch.setattr(process, "hold", failing)
    monkeypatch.setattr(process, "AGAIN_SECONDS", 0.01)
    async with connected(service, "lin"):
        await eventually(lambda: not failures)
        await until_held(service)
