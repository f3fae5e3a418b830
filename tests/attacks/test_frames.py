"""Frames that are no messages of the protocol close their own socket, and no other."""

from __future__ import annotations

import re
import time

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.attacks.besiegers import upgrade
from tests.attacks.bombs import around
from tests.attacks.kit import ENOUGH_MS, MARGIN
from tests.attacks.lines import connected, port_of
from tests.service import Service
from tests.streams.kit import INBOX, Wire, close_code, wire

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("quiet")]

LAUGH = "\N{FACE WITH TEARS OF JOY}"
QUERY = {"query": "{ apiLimits { depth } }"}


def subscribe(**changed: object) -> str:
    message = {"type": "subscribe", "id": "1", "payload": QUERY, **changed}
    return orjson.dumps(
        {name: value for name, value in message.items() if value is not ...}
    ).decode()


MALFORMED: list[str | bytes] = [
    "", " ", "hello", "{", "[]", "null", "7", '"ping"', "{}", '{"type": "ping"}{}',
    '{"type": null}', '{"type": 7}', '{"type": ["ping"]}', '{"type": {"a": 1}}', '{"type": ""}', '{"type": "PING"}',
    '{"type": "start", "id": "1"}', '{"type": "next", "id": "1", "payload": {}}', '{"type": "connection_ack"}',
    '{"type": "ping", "payload": 1}', '{"type": "ping", "payload": []}', '{"type": "pong", "payload": "a"}',
    '{"type": "complete"}', '{"type": "complete", "id": 1}', '{"type": "complete", "id": ""}',
    '{"type": "ping", "payload": {"a": "\\ud800"}}', '{"type": "ping", "payload": {"a": 1e999}}',
    subscribe(id=...), subscribe(id=""), subscribe(id=7), subscribe(id=None), subscribe(id=["1"]),
    subscribe(payload=...), subscribe(payload=None), subscribe(payload=[]), subscribe(payload="{ viewer }"),
    subscribe(payload={"query": 7}), subscribe(payload={"query": ["{ viewer }"]}),
    subscribe(payload={**QUERY, "variables": []}), subscribe(payload={**QUERY, "variables": "{}"}),
    subscribe(payload={**QUERY, "operationName": 7}), subscribe(payload={**QUERY, "extensions": []}),
    around("[", "", "]", 30_000), '{"type": ' + around("[", "", "]", 30_000) + "}", '{"a":' * 10_000,
    '{"type": "ping", "payload": {"a": ' + around("[", "", "]", 300) + "}}",
    '{"type": "ping", "payload": {"a": ' + around("[", "", "]", 900) + "}}",
    b"", b'{"type": "ping"}', b"\xff\xfe", b"\0" * 1000,
]  # fmt: skip


async def answers(bare: Wire) -> None:
    await bare.send(type="ping", payload={"still": "there"})
    assert (await bare.next_of(None))["payload"] == {"still": "there"}


async def closes(service: Service, frame: str | bytes, code: int, *, init: bool = True) -> None:
    async with wire(service.agent("lin"), init=init) as bare:
        await bare.socket.send(frame)
        assert await close_code(bare.socket) == code, frame[:200]


async def test_a_malformed_frame_closes_its_socket_with_4400_and_no_other(service: Service) -> None:
    async with wire(service.agent("wang")) as neighbour:
        await neighbour.subscribe("inbox", INBOX.document)
        assert (await neighbour.next_of("inbox"))["type"] == "next"
        begun = time.process_time()
        for frame in MALFORMED:
            await closes(service, frame, 4400)
        spent = (time.process_time() - begun) * 1000 / len(MALFORMED)
        print(f"  {spent:6.1f} ms  a malformed frame, on a socket of its own")
        assert spent < MARGIN * ENOUGH_MS
        await answers(neighbour)


async def test_before_the_handshake_it_is_the_same(service: Service) -> None:
    for frame in MALFORMED[:12]:
        await closes(service, frame, 4400, init=False)
    await closes(service, subscribe(), 4401, init=False)
    for payload in ("1", "[]", '"Bearer a"'):
        await closes(
            service, f'{{"type": "connection_init", "payload": {payload}}}', 4400, init=False
        )


@pytest.mark.parametrize(
    "id_", ["1", LAUGH * 64, "\0" * 200, "x" * 60_000, "\N{CJK UNIFIED IDEOGRAPH-4F60}" * 50]
)
async def test_an_id_in_use_is_4409_whatever_it_is_made_of(service: Service, id_: str) -> None:
    async with wire(service.agent("lin")) as bare:
        for _ in range(2):
            await bare.subscribe(id_, INBOX.document)
        assert await close_code(bare.socket) == 4409


async def test_a_second_handshake_is_4429(service: Service) -> None:
    await closes(service, '{"type": "connection_init"}', 4429)


async def test_what_names_nothing_is_ignored(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        for id_ in ("unknown", "\0", LAUGH, "__proto__", "../../etc/passwd"):
            await bare.send(type="complete", id=id_)
        await bare.send(type="pong", payload={"a": 1})
        await answers(bare)


async def test_a_deep_payload_of_a_subscription_is_its_own_mistake(service: Service) -> None:
    """What is deep but still JSON reaches the variables, and fits none."""
    document = "query ($id: ID!) { node(id: $id) { id } }"
    async with wire(service.agent("lin")) as bare:
        for depth in (200, 900):
            deep = around("[", "", "]", depth)
            payload = f'{{"query": "{document}", "variables": {{"id": {deep}}}}}'
            await bare.socket.send(f'{{"type": "subscribe", "id": "d", "payload": {payload}}}')
            frame = await bare.next_of("d")
            assert frame["type"] == "error"
            assert frame["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("deep", ["[", '{"a":'])
async def test_a_deep_token_is_a_bad_token(service: Service, deep: str) -> None:
    value = around(deep, "1", {"[": "]", '{"a":': "}"}[deep], 1_000)
    hello = f'{{"type": "connection_init", "payload": {{"authorization": {value}}}}}'
    await closes(service, hello, 4403, init=False)


async def test_the_21st_operation_of_a_socket_is_refused_and_the_20_go_on(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        for number in range(25):
            await bare.subscribe(str(number), INBOX.document)
        for number in range(20):
            assert (await bare.next_of(str(number)))["type"] == "next"
        for number in range(20, 25):
            frame = await bare.next_of(str(number))
            assert frame["type"] == "error"
            assert frame["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await answers(bare)


async def test_the_sixth_socket_of_a_person_is_1013(service: Service) -> None:
    wang = service.agent("wang")
    async with (
        wire(wang) as a,
        wire(wang),
        wire(wang),
        wire(wang),
        wire(wang),
        wire(wang, init=False) as sixth,
    ):
        await sixth.send(type="connection_init", payload={"authorization": f"Bearer {wang.token}"})
        assert await close_code(sixth.socket) == 1013
        await answers(a)


HOSTILE = [
    "http://evil.example", "https://127.0.0.1.evil.example", "http://evil.example:80@127.0.0.1", "null", "file://",
    "http://localhost.evil.example", "chrome-extension://abc", "http://[::2]", "//", "javascript:alert(1)", "*",
    "http://127.0.0.1 http://evil.example", "http://evil.example#127.0.0.1", "http://evil.example/127.0.0.1", "\xff",
    "http://" + "a" * 5_000,
]  # fmt: skip
BROKEN = ["http://[", "http://[::1", "http://a]b", "http://[::1]evil.example:x"]


async def knock(service: Service, origin: str) -> int:
    """Return what the handshake of a page of that origin is answered with."""
    headers = {"Origin": origin}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            await service.websocket_url(),
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers=headers,
            proxy=None,
        ):
            pass
    return refused.value.response.status_code


@pytest.mark.parametrize("origin", HOSTILE)
async def test_a_hostile_origin_is_403_before_the_upgrade(service: Service, origin: str) -> None:
    assert await knock(service, origin) == 403


@pytest.mark.parametrize("origin", BROKEN)
async def test_an_origin_that_is_no_address_is_403_too(service: Service, origin: str) -> None:
    assert await knock(service, origin) == 403


async def test_a_hostile_origin_is_told_no_name_it_could_use_over_http(service: Service) -> None:
    for origin in [*HOSTILE, *BROKEN]:
        named = {b"origin": origin.encode("latin-1")}
        given = {**named, b"access-control-request-method": b"POST"}
        reply = await service.http.options("/graphql", headers=given)
        assert reply.status_code == 400
        assert "access-control-allow-origin" not in reply.headers
        reply = await service.http.get("/healthz", headers=named)
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("lines", ["Host: evil.example", "Host: 127.0.0.1\r\nHost: evil.example"])
async def test_a_socket_of_another_host_is_400_too(service: Service, lines: str) -> None:
    async with connected(service) as line:
        request = upgrade(await port_of(service))
        await line.send(re.sub(b"Host: [^\r]*", lines.encode(), request))
        assert (await line.rest()).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "[::1", "a@127.0.0.1", "127.0.0.1, b", ""]
)
async def test_a_host_that_is_not_ours_is_400(service: Service, host: str) -> None:
    reply = await service.http.get("/healthz", headers={"host": host})
    assert reply.status_code == 400
