"""Floods below the level of requests: heads and frames without end, silence, and clients that read too little."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import orjson
import pytest

from server.serving import prepare_socket
from tests.attacks.besiegers import (
    HUGE_NOTES,
    RECEIVE_BYTES,
    framed,
    stream,
    subscribe,
)
from tests.attacks.lines import Line, connected, flooded, on_a_socket, port_of
from tests.edge.kit import streaming
from tests.service import Service
from tests.steps import conversation_id, invited, note
from tests.streams.kit import INBOX, wire

pytestmark = [pytest.mark.one_database]

START = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CONTINUED, TEXT, PING, PONG = 0, 1, 9, 10
MEGABYTE = 2**20
LONG = "All work and no play. " * 181


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no room on the service's side either: the kernel would keep megabytes for a slow reader."""

    def prepare(listening: socket.socket) -> None:
        prepare_socket(listening)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, RECEIVE_BYTES)

    monkeypatch.setattr("tests.service.prepare_socket", prepare)


def told(answer: bytes) -> tuple[int, str]:
    """Return the status of an answer and the code in it, which is JSON."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head
    return int(head.split()[1]), orjson.loads(body)["errors"][0]["extensions"]["code"]


def endless(first: bytes, again: bytes) -> Iterator[bytes]:
    yield first
    for _ in range(20 * MEGABYTE // len(again)):
        yield again


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (START, b"X-Name: value\r\n" * 1_000),
        (START + b"X-Name: ", b"x" * 20_000),
        (b"GET /", b"x" * 20_000),
        (b"GET /graphql?query=", b"%7b" * 20_000),
    ],
    ids=["headers", "a header", "a path", "a query"],
)
async def test_a_head_without_end_is_431(service: Service, first: bytes, again: bytes) -> None:
    async with connected(service) as line:
        assert told(await flooded(line, endless(first, again))) == (431, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    ("first", "again"),
    [(b"1\r\na\r\n0\r\n", b"X-Name: value\r\n" * 1_000), (b"1;a=", b"x" * 20_000)],
    ids=["trailers", "an extension"],
)
async def test_a_body_with_things_without_end_around_it_is_dropped(
    service: Service, first: bytes, again: bytes
) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with connected(service) as line:
        assert await flooded(line, endless(head + first, again)) == b""


async def test_a_head_that_is_too_long_is_431_however_fast_it_comes(service: Service) -> None:
    long = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"
    async with connected(service) as line:
        assert told(await flooded(line, iter([long]))) == (431, "BAD_USER_INPUT")


async def test_requests_queue_up_only_so_far(service: Service) -> None:
    one = START + b"\r\n"
    async with connected(service) as line:
        await line.send(one * 30)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 30:
            answers += await line.read()
        await line.send(one * 1_000)
        assert (await line.rest()).count(b"HTTP/1.1 200") < 40


async def test_what_is_no_http_is_told_so_in_json(service: Service) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ):
        async with connected(service) as line:
            await line.send(nonsense)
            assert told(await line.rest()) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("begun", [b"", b"GET", START, START + b"X: "])
async def test_who_never_ends_a_head_is_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("server.protocols.HEAD_SECONDS", 0.1)
    async with connected(service) as line:
        await line.send(begun)
        assert await line.rest() == b""


async def test_a_second_head_is_not_waited_for_either(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.protocols.HEAD_SECONDS", 0.1)
    async with connected(service) as line:
        await line.send(START + b"\r\n" + START)
        assert (await line.rest()).count(b"HTTP/1.1 200") == 1


async def test_a_body_that_nobody_reads_holds_no_connection(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.protocols.HEAD_SECONDS", 0.1)
    async with connected(service) as line:
        await line.send(
            b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nx"
        )
        assert (await line.rest()).startswith(b"HTTP/1.1 405")


async def test_whoever_waits_for_an_answer_is_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams and sockets live as long as they like; only heads are awaited."""
    monkeypatch.setattr(
        "server.protocols.HEAD_SECONDS", 3.0
    )  # enough for a busy client to send one
    lin = service.agent("lin")
    async with wire(lin) as bare, streaming(lin, INBOX.document) as events:
        await bare.subscribe("1", INBOX.document)
        assert (await bare.next_of("1"))["type"] == "next"
        await events.event()
        await asyncio.sleep(3.2)
        await invited(service, "lin", "wang")
        assert (await bare.next_of("1"))["type"] == "next"
        await events.event()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (framed(b"{", TEXT, last=False), framed(b"", CONTINUED, last=False)),
        (b"", framed(b"", PONG)),
        (b"", framed(b"", PING)),
    ],
    ids=["parts of a message", "pongs", "pings"],
)
async def test_a_thousand_frames_that_make_no_message_close_a_socket(
    service: Service, first: bytes, again: bytes
) -> None:
    async with on_a_socket(service) as line:
        await line.send(first + again * 1_000)
        assert b"\x03\xf0Too many frames" in await line.rest()  # 1008


async def test_frames_between_messages_are_counted_anew_after_each(service: Service) -> None:
    async with on_a_socket(service) as line:
        for _ in range(3):
            await line.send(framed(b"", PONG) * 900 + framed(b'{"type": "ping"}'))
            assert await line.read() == b'\x81\x0f{"type":"pong"}'


@pytest.mark.usefixtures("narrow")
async def test_pings_of_who_reads_nothing_are_not_answered_for_ever(service: Service) -> None:
    ping, alive = framed(b"x" * 120, PING), framed(b'{"type": "pong"}')
    async with on_a_socket(service) as line:
        times = MEGABYTE // (100 * len(ping))
        sent = times * 100
        for _ in range(times):
            await line.send(ping * 100 + alive)
        await line.send(framed(b'{"type": "ping"}'))
        answers = b""
        while b'{"type":"pong"}' not in answers:
            answers += await line.read()
        assert answers.count(b"x" * 120) < sent


async def trickle(line: Line, port: int) -> None:
    """Read a little now and then, which keeps a connection alive, until the other end is gone."""
    async with asyncio.timeout(60):
        while line.is_held(port):
            await line.read(RECEIVE_BYTES)
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("way", ["answers", "a stream", "a socket"])
async def test_who_reads_a_little_now_and_then_is_let_go(
    service: Service, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("server.protocols.LINGER_SECONDS", 0.5)
    for carrier in ("events", "websocket"):
        monkeypatch.setattr(f"server.graphql.{carrier}.SEND_SECONDS", 0.5)
    for _ in range(20):
        await note(service, "lin", LONG)
    port, token, here = (
        await port_of(service),
        str(service.agent("lin").token),
        conversation_id(service),
    )
    async with on_a_socket(service) if way == "a socket" else connected(service) as line:
        if way == "answers":
            await line.send(b"GET /schema.graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 30)
        elif way == "a stream":
            await line.send(stream(port, token, HUGE_NOTES, {"id": here}))
        else:
            for number in range(20):
                text = subscribe(str(number), HUGE_NOTES, {"id": here})
                await line.send(framed(text.encode()))
        await trickle(line, port)
