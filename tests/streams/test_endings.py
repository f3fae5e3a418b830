"""How a stream ends of itself: with its conversation, or with the token it was opened by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from domain.actors import Actor, ActorKind, Audience
from domain.errors import Forbidden, Unauthenticated
from domain.ids import new_id
from schema.guards import Requires, guard_stream
from server.tokens import LEEWAY_SECONDS, sign
from tests.service import SECRET, Person, Service
from tests.steps import note
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    CUSTOMER_MESSAGES,
    INBOX,
    INTERNAL_NOTES,
    OF_A_CONVERSATION,
    Kind,
    bustle,
    close,
    close_code,
    each,
    eventually,
    to_the_end,
    wire,
)

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere

OF_ONE = [*OF_A_CONVERSATION, CUSTOMER_MESSAGES]
LAST = {
    CONVERSATION_EVENTS.name: "ConversationClosed",
    CUSTOMER_MESSAGES.name: "CustomerConversationEnded",
}


@each(OF_ONE)
async def test_the_stream_completes_when_the_conversation_is_closed(
    service: Service, kind: Kind
) -> None:
    async with kind.listen(service) as listener:
        await listener.event()
        await close(service)
        told, refused = await to_the_end(listener)
        assert refused == []
        assert told[-1]["__typename"] == LAST[kind.name] if kind.name in LAST else not told


@each(OF_ONE)
async def test_of_a_closed_conversation_a_stream_tells_the_rest_and_completes(
    service: Service, kind: Kind
) -> None:
    async with kind.listen(service) as listener:
        begin = (await listener.event())["cursor"]
    await bustle(service)
    await close(service)
    async with kind.listen(service) as listener:
        told, refused = await to_the_end(listener)
        assert ([event["__typename"] for event in told], refused) == ([kind.snapshot], [])
    async with kind.listen(service, begin) as listener:
        told, refused = await to_the_end(listener)
        assert told
        assert refused == []
    async with kind.listen(service, told[-1]["cursor"]) as listener:
        rest, refused = await to_the_end(listener)
        assert (rest, refused) == ([], [])


async def test_an_inbox_outlives_its_conversations(service: Service) -> None:
    async with INBOX.listen(service) as listener:
        await listener.event()
        await close(service)
        types = [(await listener.event())["__typename"] for _ in range(2)]
        assert types == ["ParticipantLeft", "ConversationClosed"]
        await listener.silence()


def short(service: Service, kind: Kind, seconds: float) -> Person:
    """Return the reader with a token that is good for some seconds more."""
    ttl = timedelta(seconds=seconds - LEEWAY_SECONDS)
    if kind.reader == "customer":
        id_, conversation = service.world.customers["customer"], service.world.conversation
        return Person(service, sign(SECRET, ActorKind.CUSTOMER, id_, conversation, ttl))
    return Person(service, sign(SECRET, ActorKind.AGENT, service.world.agents["lin"], ttl=ttl))


@pytest.mark.parametrize("kind", [INTERNAL_NOTES, CUSTOMER_MESSAGES])
async def test_the_socket_of_an_expired_token_closes_with_4403_also_while_idle(
    service: Service, kind: Kind
) -> None:
    person = short(service, kind, 6)
    async with person.listen(kind.document, **kind.variables(service)) as listener:
        cursor = (await listener.event())["cursor"]
        assert await close_code(listener.socket) == 4403
    await eventually(lambda: not service.app.state.hub.waiters)
    await bustle(service)
    async with kind.listen(service, cursor) as listener:  # with a new token it goes on
        assert (await listener.event())["__typename"] != kind.snapshot


async def test_nobody_is_pinged_just_before_the_end(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql.websocket.PING_SECONDS", 0.05)
    monkeypatch.setattr("server.graphql.websocket.SOON_SECONDS", 60)
    async with wire(short(service, INBOX, 3)) as bare:
        with pytest.raises(ConnectionClosedError):  # the first thing that it hears
            await bare.socket.recv()
        assert bare.socket.close_code == 4403


async def test_an_expired_token_opens_nothing(service: Service) -> None:
    async with wire(short(service, INBOX, -1), init=False) as bare:
        payload = {"Authorization": f"Bearer {short(service, INBOX, -1).token}"}
        await bare.send(type="connection_init", payload=payload)
        assert await close_code(bare.socket) == 4403


class Watched:
    """A guarded stream over a queue, with an actor that can be changed."""

    def __init__(self, *guards: Requires, expires_in: float = 60) -> None:
        until = datetime.now(UTC) + timedelta(seconds=expires_in)
        actor = Actor(ActorKind.AGENT, new_id(), new_id(), expires_at=until)
        self.context = SimpleNamespace(known=actor, demanded={})
        self.events: asyncio.Queue[int] = asyncio.Queue()
        self.closed = False
        info = SimpleNamespace(context=self.context, path=SimpleNamespace(key="field"))
        self.stream = guard_stream(self._events, list(guards), idle=0.02)(None, info)

    async def _events(self, source: Any, info: Any) -> AsyncIterator[int]:
        try:
            while True:
                yield await self.events.get()
        finally:
            self.closed = True


async def test_a_guard_is_asked_again_while_the_stream_is_idle() -> None:
    watched = Watched(Requires(audience=[Audience.AGENT]), expires_in=0.2)
    watched.events.put_nowait(1)
    assert await anext(watched.stream) == 1
    async with asyncio.timeout(20):
        with pytest.raises(Unauthenticated):
            await anext(watched.stream)
    assert watched.closed


async def test_a_guard_is_asked_again_before_each_event() -> None:
    watched = Watched(Requires(audience=[Audience.AGENT]))
    watched.events.put_nowait(1)
    assert await anext(watched.stream) == 1
    watched.context.known = replace(watched.context.known, kind=ActorKind.CUSTOMER)
    watched.events.put_nowait(2)
    with pytest.raises(Forbidden):
        await anext(watched.stream)
    assert watched.closed


async def test_a_guarded_stream_that_is_closed_closes_what_it_guards() -> None:
    watched = Watched(Requires(audience=[Audience.AGENT]))
    watched.events.put_nowait(1)
    await anext(watched.stream)
    await watched.stream.aclose()
    assert watched.closed


async def test_notes_of_a_closed_conversation_can_still_be_read_by_its_last_primary(
    service: Service,
) -> None:
    await note(service, "lin", "for later")
    await close(service)
    lin, document = service.agent("lin"), INTERNAL_NOTES.with_content
    async with lin.listen(document, **INTERNAL_NOTES.variables(service)) as listener:
        assert (await listener.event())["notes"]["nodes"] == [{"text": "for later"}]


async def test_a_stream_that_cannot_begin_for_now_sends_its_client_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`complete` would be for good: a database that is away for a moment closes the socket instead."""

    def gone() -> None:
        raise ConnectionResetError

    lin = service.agent("lin")
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
    monkeypatch.setattr(service.app.state.database, "snapshot", gone)
    async with lin.listen(INTERNAL_NOTES.document, **INTERNAL_NOTES.variables(service)) as listener:
        with pytest.raises(ConnectionClosed):
            await listener.frame()
        assert await close_code(listener.socket) == 1013


async def test_a_stream_that_takes_too_long_to_begin_sends_its_client_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = service.app.state.database.fetch

    async def slow(text: str, arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await read(text, arguments)

    monkeypatch.setattr(service.app.state.database, "fetch", slow)
    monkeypatch.setattr("server.graphql.running.REQUEST_SECONDS", 0.2)
    async with INTERNAL_NOTES.listen(service) as listener:
        with pytest.raises(ConnectionClosed):
            await listener.frame()
        assert await close_code(listener.socket) == 1013
