"""Wake-ups only say: look again. Lost, doubled, foreign or too many, they change nothing but the time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from domain.ids import new_id
from models.database import Database
from subscriptions import feeds, streams, wakeups
from subscriptions.hub import Hub
from subscriptions.line.base import CHANNEL, RESYNC
from subscriptions.line.memory import MemoryLine
from subscriptions.wakeups import WakeUps
from tests.service import Service
from tests.steps import join, note
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    CUSTOMER_MESSAGES,
    EVERY,
    INTERNAL_NOTES,
    REMOVE,
    Kind,
    act,
    bustle,
    each,
    eventually,
    ids_logged,
    take,
    to_the_end,
)

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere


def drop(self: WakeUps, heads: Mapping[UUID, int]) -> None:
    return None


@each(EVERY)
async def test_without_any_wake_up_the_poll_delivers(
    service: Service, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WakeUps, "__call__", drop)
    async with kind.listen(service) as listener:
        await listener.event()
        for invitee in ("wang", "chen"):
            before = len(await ids_logged(service, kind))
            await bustle(service, invitee)
            expected = (await ids_logged(service, kind))[before:]
            assert [event["id"] for event in await take(listener, len(expected))] == expected


async def test_without_any_wake_up_a_lost_right_still_cuts_the_notes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = await join(service, "wang")
    monkeypatch.setattr(WakeUps, "__call__", drop)
    wang, variables = service.agent("wang"), INTERNAL_NOTES.variables(service)
    async with wang.listen(INTERNAL_NOTES.document, **variables) as listener:
        await listener.event()
        await act(service, "lin", REMOVE, participantId=participant)
        assert await to_the_end(listener) == ([], ["FORBIDDEN"])


async def test_strange_messages_on_the_line_do_no_harm(service: Service) -> None:
    wake, stream_id = service.app.state.wake, INTERNAL_NOTES.stream(service).id
    strange: list[Any] = [
        "",
        "garbage",
        "\x00",
        "[]",
        "42",
        "null",
        "{}",
        orjson.dumps({"stream": 5, "sequence": 1}).decode(),
        orjson.dumps({"stream": "x", "sequence": 1}).decode(),
        orjson.dumps({"stream": new_id(), "sequence": 7}).decode(),
        orjson.dumps({"stream": stream_id, "sequence": None}).decode(),
        orjson.dumps({"stream": stream_id, "sequence": -3}).decode(),
        orjson.dumps({"stream": stream_id, "sequence": 10**15}).decode(),
        RESYNC,
    ]
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        for message in strange * 2:
            await wake.broadcast.publish(CHANNEL, message)
        await listener.silence()
        await note(service, "lin", "one")
        for _ in range(3):
            await wake.broadcast.publish(
                CHANNEL, orjson.dumps({"stream": stream_id, "sequence": 1}).decode()
            )
        assert (await listener.event())["__typename"] == "NotePosted"
        await listener.silence()
        await note(service, "lin", "two")
        assert (await listener.event())["__typename"] == "NotePosted"


async def test_a_strange_message_does_not_break_the_line() -> None:
    hub, backend = Hub(), MemoryLine()
    wake, stream_id = WakeUps(hub, backend), new_id()
    listening = asyncio.create_task(wake.run())
    with hub.waiting([stream_id]) as waiter:
        await asyncio.wait_for(waiter.wait(), 10)  # RESYNC: the line stands
        waiter.clear()
        for strange in ('{"stream": 5, "sequence": 1}', '{"stream": [], "sequence": {}}', "["):
            await backend.publish(CHANNEL, strange)
        message = orjson.dumps({"stream": stream_id, "sequence": 3}).decode()
        await backend.publish(CHANNEL, message)
        await asyncio.wait_for(waiter.wait(), 10)
        assert not hub.heads  # what somebody says is no knowledge
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_an_overflowing_line_collapses_into_one_resync(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = MemoryLine()
    backend.heard = asyncio.Queue(3)
    for number in range(4):
        await backend.publish(CHANNEL, str(number))
    assert backend.heard.qsize() == 1
    assert (await backend.next_published()).message == RESYNC
    await backend.publish(CHANNEL, "after")
    assert (await backend.next_published()).message == "after"


async def test_a_resync_wakes_everybody() -> None:
    hub = Hub()
    wake = WakeUps(hub, MemoryLine())
    listening = asyncio.create_task(wake.run())
    with hub.waiting([new_id()]) as one, hub.waiting([new_id(), new_id()]) as two:
        for _ in range(2):
            for waiter in (one, two):
                await asyncio.wait_for(waiter.wait(), 10)
                waiter.clear()
            await wake.broadcast.publish(CHANNEL, RESYNC)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert not hub.waiters


class Broken(MemoryLine):
    """A broker that is away at first, and refuses what is published."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = self.refused = 0

    async def connect(self) -> None:
        self.attempts += 1
        if self.attempts < 3:
            raise ConnectionRefusedError

    async def publish(self, channel: str, message: str) -> None:
        self.refused += 1
        raise ConnectionResetError


async def test_a_broken_line_is_heard_again_and_harms_no_mutation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("subscriptions.wakeups.RESTART_SECONDS", 0.01)
    hub, backend, stream_id = Hub(), Broken(), new_id()
    wake = WakeUps(hub, backend)
    listening = asyncio.create_task(wake.run())
    with hub.waiting([stream_id]) as waiter:
        await eventually(lambda: backend.attempts == 3)
        waiter.clear()
        wake({stream_id: 1})
        assert waiter.is_set()  # its own waiters need no line
        await eventually(lambda: backend.refused == 1)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_no_event_wakes_who_does_not_follow_its_stream() -> None:
    hub, mine, other = Hub(), new_id(), new_id()
    with hub.waiting([mine]) as waiter:
        hub.wake({other: 1})
        assert not waiter.is_set()
        assert other not in hub.heads
        hub.wake({mine: 1})
        assert waiter.is_set()
    assert not hub.waiters
    assert not hub.heads


async def test_whoever_hears_no_line_polls_more_often(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wake_ups, pauses = WakeUps(Hub(), MemoryLine()), list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if wake_ups.line.up:
            raise asyncio.CancelledError
        wake_ups.line.up = True

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await wakeups.poll(Database(f"sqlite:///{tmp_path}/none.db"), wake_ups, 1.0)
    assert pauses == [wakeups.DEAF_SECONDS, 1.0]


async def test_internal_events_do_not_wake_the_customer(service: Service) -> None:
    hub = service.app.state.hub
    async with CUSTOMER_MESSAGES.listen(service) as listener:
        await listener.event()
        await eventually(lambda: bool(hub.waiters))
        assert set(hub.waiters) == {CUSTOMER_MESSAGES.stream(service).id}


async def test_a_database_that_was_away_for_a_moment_ends_no_stream(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, troubles = (
        streams.read,
        [
            sa.exc.OperationalError("select", None, Exception("locked")),
            sa.exc.InterfaceError("select", None, Exception("closed")),
            sa.exc.TimeoutError("no connection is free"),
            ConnectionRefusedError(),
        ],
    )

    async def read_after_troubles(*arguments: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return await read(*arguments)

    monkeypatch.setattr(feeds, "RETRY_SECONDS", 0.01)
    async with CONVERSATION_EVENTS.listen(service) as listener:
        await listener.event()
        monkeypatch.setattr(streams, "read", read_after_troubles)
        await bustle(service)
        expected = await ids_logged(service, CONVERSATION_EVENTS)
        assert [event["id"] for event in await take(listener, len(expected))] == expected
    assert not troubles


class Told(MemoryLine):
    """Notes what is announced, message by message."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, int]] = []

    async def publish_all(self, messages: Sequence[str]) -> None:
        found = [orjson.loads(message) for message in messages]
        self.told += [(each["stream"], each["sequence"]) for each in found]


async def test_a_busy_stream_is_announced_now_and_then_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wakeups, "BETWEEN_SECONDS", 600.0)
    line, busy, other = Told(), new_id(), new_id()
    wake = WakeUps(Hub(), line)
    announcing = asyncio.create_task(wake.run())
    try:
        wake({busy: 1})
        await eventually(lambda: line.told == [(str(busy), 1)])
        wake({busy: 2})
        wake({busy: 3})
        wake({other: 1})
        await eventually(lambda: line.told[1:] == [(str(other), 1)])
        monkeypatch.setattr(wakeups, "BETWEEN_SECONDS", 0.0)
        wake({other: 2})
        await eventually(lambda: set(line.told[2:]) == {(str(busy), 3), (str(other), 2)})
    finally:
        announcing.cancel()
        await asyncio.wait([announcing])
