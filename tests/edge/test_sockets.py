"""How a WebSocket begins, is kept alive, and ends: each close code tells a client whether to come back."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.edge.kit import streaming
from tests.service import Service
from tests.streams.kit import (
    CUSTOMER_MESSAGES,
    INBOX,
    INTERNAL_NOTES,
    Wire,
    close_code,
    eventually,
    wire,
)

pytestmark = pytest.mark.one_database

SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": INBOX.document}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
        ([SUBSCRIBE], 4401),
        ([{"type": "connection_init", "payload": 1}], 4400),
        ([{"type": "start", "id": "1", "payload": {}}], 4400),
        ([{"type": "connection_ack"}], 4400),
        ([{"type": "connection_init"}, {**SUBSCRIBE, "payload": {"variables": {}}}], 4400),
        ([{"type": "ping", "payload": [1]}], 4400),
        ([{"type": "complete"}], 4400),
        ([{"type": "connection_init", "payload": {"Authorization": 7}}], 4403),
        ([{"type": "connection_init", "payload": {"Authorization": "Bearer x.y.z"}}], 4403),
    ],
    ids=str,
)
async def test_what_breaks_the_protocol_ends_the_socket(
    service: Service, messages: list[Any], code: int
) -> None:
    async with wire(service.agent("lin"), init=False) as bare:
        for message in messages:
            await bare.send(**message)
        assert await close_code(bare.socket) == code


async def test_an_id_in_use_is_not_given_again(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        for _ in range(2):
            await bare.send(**SUBSCRIBE)
        assert await close_code(bare.socket) == 4409


async def test_another_protocol_is_not_spoken(service: Service) -> None:
    url = await service.websocket_url()
    for spoken in (["graphql-ws"], None):
        async with connect(url, subprotocols=spoken, proxy=None) as socket_:  # type: ignore[arg-type]  # a name is a NewType of str
            assert await close_code(socket_) == 4406


async def test_a_token_in_the_address_is_refused(service: Service) -> None:
    url = f"{await service.websocket_url()}?access_token=secret"
    async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket_:  # type: ignore[list-item]  # a name is a NewType of str
        assert await close_code(socket_) == 4400


@pytest.mark.parametrize("text", ["", "{", "42", "null", "[]", '"x"', "[" * 50_000, b"\x00", b"{}"])
async def test_what_is_no_json_object_ends_the_socket(service: Service, text: str | bytes) -> None:
    async with wire(service.agent("lin")) as bare:
        await bare.socket.send(text)
        assert await close_code(bare.socket) == 4400


async def test_a_message_beyond_the_limit_ends_the_socket(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        await bare.socket.send('{"type": "ping", "payload": {"a": "' + "a" * 70_000 + '"}}')
        assert await close_code(bare.socket) == 1009


async def test_who_does_not_begin_in_time_is_let_go(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql.websocket.INIT_SECONDS", 0.1)
    async with wire(service.agent("lin"), init=False) as bare:
        assert await close_code(bare.socket) == 4408


async def test_a_ping_is_answered_with_its_payload(service: Service) -> None:
    async with wire(service.agent("lin"), init=False) as bare:
        await bare.send(type="ping")
        assert await bare.next_of(None) == {"type": "pong"}
        await bare.send(type="ping", payload={"a": [1]})
        assert await bare.next_of(None) == {"type": "pong", "payload": {"a": [1]}}
        await bare.send(type="pong")
        await bare.send(type="connection_init", payload=None)
        assert await bare.next_of(None) == {"type": "connection_ack"}


async def test_who_answers_no_pings_is_to_come_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql.websocket.PING_SECONDS", 0.5)
    monkeypatch.setattr("server.graphql.websocket.PONG_SECONDS", 2.0)
    async with wire(service.agent("lin")) as silent, wire(service.agent("wang")) as alive:
        answering = asyncio.create_task(answer_pings(alive))
        assert await close_code(silent.socket) == 1013
        answering.cancel()
        await asyncio.wait({answering})
        await alive.subscribe("1", INBOX.document)
        assert (await alive.next_of("1"))["type"] == "next"


async def answer_pings(bare: Wire) -> None:
    while True:
        assert await bare.next_of(None) == {"type": "ping"}
        await bare.send(type="pong")


async def test_who_takes_nothing_is_to_come_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*arguments: Any) -> None:
        await stuck.wait()

    stuck = asyncio.Event()
    async with wire(service.agent("lin")) as bare:
        monkeypatch.setattr("server.graphql.websocket.SEND_SECONDS", 0.1)
        monkeypatch.setattr("starlette.websockets.WebSocket.send_text", never)
        await bare.subscribe("1", INBOX.document)
        assert await close_code(bare.socket) == 1013


async def test_a_socket_carries_so_many_operations(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        for number in range(21):
            await bare.subscribe(str(number), INBOX.document)
        frame = await bare.next_of("20")
        assert frame["type"] == "error"
        assert frame["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await bare.send(type="complete", id="0")
        await bare.subscribe("20", INBOX.document)
        assert (await bare.next_of("20"))["type"] == "next"


async def test_a_person_has_so_many_sockets(service: Service) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(wire(service.agent("lin")))
        async with wire(service.agent("lin"), init=False) as sixth:
            await begin(sixth, service)
            assert await close_code(sixth.socket) == 1013
        await stack.enter_async_context(wire(service.agent("wang")))
    await eventually(lambda: not service.app.state.connections.held)
    async with wire(service.agent("lin")):
        pass


async def begin(bare: Wire, service: Service) -> None:
    payload = {"Authorization": f"Bearer {service.agent('lin').token}"}
    await bare.send(type="connection_init", payload=payload)


async def test_an_id_is_free_again_with_the_last_message(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        for _ in range(20):
            await bare.subscribe("1", "{ viewer { rights } }")
            assert (await bare.next_of("1"))["type"] == "next"
            assert (await bare.next_of("1"))["type"] == "complete"
            await bare.subscribe("1", "{ nothing }")
            assert (await bare.next_of("1"))["type"] == "error"
        await bare.send(type="complete", id="unknown")
        await bare.send(type="ping")
        assert await bare.next_of(None) == {"type": "pong"}


async def test_everybody_is_sent_away_when_the_process_stops(service: Service) -> None:
    document, variables = INTERNAL_NOTES.document, INTERNAL_NOTES.variables(service)
    async with (
        wire(service.agent("lin")) as one,
        wire(service.customer()) as two,
        streaming(service.agent("lin"), document, **variables) as events,
    ):
        await two.subscribe("1", CUSTOMER_MESSAGES.document)
        await two.next_of("1")
        await events.event()
        await service.app.state.connections.drain(0.2)
        assert await close_code(one.socket) == 1012
        assert await close_code(two.socket) == 1012
        assert await events.rest() == []
        assert not events.over
        assert (await service.http.get("/readyz")).status_code == 503


async def test_who_comes_while_the_process_stops_is_sent_away_too(service: Service) -> None:
    await service.app.state.connections.drain(0)
    async with wire(service.agent("lin"), init=False) as bare:
        assert await close_code(bare.socket) == 1012
    async with streaming(service.agent("lin"), INBOX.document) as events:
        assert await events.rest() == []
        assert not events.over
