"""Whoever catches up beside those who are live misses nothing, whoever leaves meanwhile; and nothing is kept for nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schema.sharing import Shape
from server.graphql.pushing import Subscriber
from tests.service import Service
from tests.steps import conversation_id, note
from tests.streams.kit import eventually, take
from tests.streams.test_sharing import NOTES, live

pytestmark = pytest.mark.one_database  # it is a matter of one process


class Gate:
    """Holds up what passes while it is shut."""

    def __init__(self) -> None:
        self.open, self.held = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def pass_through(self) -> None:
        if not self.open.is_set():
            self.held.set()
            await self.open.wait()


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Hold up what is sent to those who catch up."""
    gate, send = Gate(), Subscriber.send

    async def held(self: Subscriber, payload: bytes) -> None:
        await gate.pass_through()
        await send(self, payload)

    monkeypatch.setattr(Subscriber, "send", held)
    return gate


@pytest.fixture
def executing(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Hold up what a group executes."""
    gate, payload = Gate(), Shape.payload

    async def held(self: Shape, *arguments: Any) -> bytes | None:
        await gate.pass_through()
        return await payload(self, *arguments)

    monkeypatch.setattr(Shape, "payload", held)
    return gate


async def test_one_who_is_live_when_the_last_other_leaves_misses_nothing(
    service: Service, sending: Gate, executing: Gate
) -> None:
    """The group executes for one who goes meanwhile, and another takes over from further back."""
    lin, id_ = service.agent("lin"), conversation_id(service)
    async with lin.listen(NOTES, id=id_) as first:
        start = (await first.event())["cursor"]
        await note(service, "lin", "1")
        await take(first, 1)
        sending.open.clear()
        async with lin.listen(NOTES, id=id_, after=start) as second:
            await sending.held.wait()
            for text in "23":
                await note(service, "lin", text)
            await take(first, 2)
            executing.open.clear()
            await note(service, "lin", "4")
            await executing.held.wait()
            await first.socket.close()
            await eventually(lambda: live(service) == 0)
            sending.open.set()
            await eventually(lambda: live(service) == 1)
            executing.open.set()
            await note(service, "lin", "5")
            assert [told["note"]["text"] for told in await take(second, 5)] == list("12345")


async def test_what_was_prepared_is_forgotten_when_nobody_catches_up(service: Service) -> None:
    async with service.agent("lin").listen(NOTES, id=conversation_id(service)) as listener:
        await listener.event()
        for number in range(5):
            await note(service, "lin", f"note {number}")
        await take(listener, 5)
        (group,) = service.app.state.runner.followings.groups.open.values()
        await eventually(lambda: not group.prepared)
