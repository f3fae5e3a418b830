"""Bodies that are no requests: too large, too deep, in no known letters, of the wrong shape."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from tests.attacks.kit import EVENTS, GRAPHQL, JSON, body, cheap, codes_of, post
from tests.service import Service
from tests.streams.kit import close_code, wire

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("quiet")]

TEN_MB = 10 * 1024 * 1024
PART = 16 * 1024
DEEP = 100_000
QUERY = '{"query": "{ apiLimits { depth } }"'
NOT_JSON = {
    "lists 100 000 deep": b"[" * DEEP + b"]" * DEEP,
    "lists that never close": b"[" * DEEP,
    "objects 40 000 deep": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "variables 100 000 deep": f'{QUERY}, "variables": {{"a": '.encode() + b"[" * DEEP + b"]" * DEEP + b"}}",
    "extensions 100 000 deep": f'{QUERY}, "extensions": '.encode() + b'{"a":' * 40_000,
    "bad UTF-8": b'{"query": "\xff\xfe"}',
    "an overlong slash": b'{"query": "\xc0\xaf"}',
    "half a character": b'{"query": "\xe4\xbd',
    "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
    "an escaped lone surrogate": b'{"query": "\\ud800"}',
    "UTF-16": '{"query": "{ viewer }"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ viewer }"}',
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "an infinite number": f'{QUERY}, "variables": {{"a": 1e999}}}}'.encode(),
    "not a number": f'{QUERY}, "variables": {{"a": NaN}}}}'.encode(),
    "two documents": f"{QUERY}}}{QUERY}}}".encode(),
    "a form": b"query=%7B+viewer+%7D",
    "an archive": b"\x1f\x8b\x08\x00" + b"\0" * 200,
}  # fmt: skip
MISSHAPEN: dict[str, Any] = {
    "null": None, "a number": 7, "a string": "{ viewer }", "a list": [], "a batch": [{"query": "{ viewer }"}] * 2,
    "an empty object": {}, "no document": {"variables": {}}, "an empty document": {"query": ""},
    "a document that is a list": {"query": ["{ viewer }"]}, "one that is an object": {"query": {"a": 1}},
    "one that is true": {"query": True}, "one that is null": {"query": None},
    "variables in a list": {"query": "{ viewer }", "variables": []},
    "variables in a string": {"query": "{ viewer }", "variables": "{}"},
    "a name that is a number": {"query": "{ viewer }", "operationName": 7},
    "a name that is an object": {"query": "{ viewer }", "operationName": {}},
    "extensions in a list": {"query": "{ viewer }", "extensions": []},
    "a document id that is a list": {"documentId": ["sha256:00"]},
    "a document id of nothing": {"documentId": "sha256:" + "0" * 64},
}  # fmt: skip


async def refused(service: Service, name: str, content: bytes, status: int, **headers: str) -> None:
    async def send(_number: int) -> None:
        reply = await post(service, content, service.agent("lin").token, **headers)
        assert (reply.status_code, codes_of(reply)) == (status, {"BAD_USER_INPUT"}), name
        assert reply.headers["content-type"] == JSON

    await cheap(f"{name}: {status}", send)


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, EVENTS])
async def test_what_is_no_json_is_400(service: Service, accept: str) -> None:
    for name, content in NOT_JSON.items():
        await refused(service, name, content, 400, accept=accept)


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, EVENTS])
async def test_json_of_another_shape_is_400(service: Service, accept: str) -> None:
    for name, value in MISSHAPEN.items():
        await refused(service, name, orjson.dumps(value), 400, accept=accept)


MANY = 20_000
PAIR = {"target": {"agentId": "a"}, "role": "EXPERT"}
CROWDED: dict[str, Any] = {
    "ids": {"ids": ["a"] * MANY},
    "nulls": {"ids": [None] * MANY},
    "objects": {"input": {"invitees": [{}] * MANY}},
    "invitees": {"input": {"invitees": [PAIR] * (MANY // 8)}},
    "unknown names": {"input": {f"n{number}": 1 for number in range(MANY)}},
    "what is not declared": {f"v{number}": 1 for number in range(MANY)},
}
INVITING = (
    "mutation ($input: InviteAgentsInput!) { inviteAgents(input: $input) { errors { code } } }"
)
ASKING = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


@pytest.mark.parametrize("name", CROWDED)
async def test_variables_of_too_many_values_are_refused_before_they_are_read(
    service: Service, name: str
) -> None:
    variables = CROWDED[name]
    content = body(INVITING if "input" in variables else ASKING, variables)

    async def send(_number: int) -> None:
        reply = await post(service, content, service.agent("lin").token)
        assert (reply.status_code, codes_of(reply)) == (400, {"QUERY_TOO_COMPLEX"})

    await cheap(f"{name}, {len(content) // 1024} kB", send)


async def test_as_many_values_as_are_allowed_are_read(service: Service) -> None:
    reply = await post(service, body(ASKING, {"ids": ["a"] * 1_999}), service.agent("lin").token)
    assert "At most 100 ids" in reply.text
    reply = await post(service, body(ASKING, {"ids": ["a"] * 2_000}), service.agent("lin").token)
    assert codes_of(reply) == {"QUERY_TOO_COMPLEX"}


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application"]
)  # fmt: skip
async def test_another_content_type_is_415(service: Service, kind: str) -> None:
    await refused(service, kind or "no type", f"{QUERY}}}".encode(), 415, **{"content-type": kind})


async def test_ten_megabytes_are_413_and_most_of_them_are_never_taken(service: Service) -> None:
    sent = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal sent
        sent = 0
        for _ in range(TEN_MB // PART):
            sent += PART
            yield b"x" * PART

    async def send(_number: int) -> None:
        reply = await post(service, parts())
        assert (reply.status_code, codes_of(reply)) == (413, {"BAD_USER_INPUT"})

    await cheap("10 MB in parts: 413", send)
    assert sent < TEN_MB / 20


async def test_ten_megabytes_at_once_and_a_length_that_lies_are_413(service: Service) -> None:
    huge = b'{"query": "' + b"#" * TEN_MB + b'"}'
    await refused(service, "10 MB at once", huge, 413)
    await refused(service, "10 MB said to be 10", huge, 413, **{"content-length": "10"})


async def test_a_message_over_64_kilobytes_is_1009(service: Service) -> None:
    for size in (64 * 1024 + 1, TEN_MB):
        async with wire(service.agent("lin")) as bare:
            with suppress(ConnectionClosed):  # it is closed while this is being sent
                await bare.socket.send('{"type": "ping", "payload": {"a": "' + "x" * size + '"}}')
            assert await close_code(bare.socket) == 1009


async def test_variables_in_the_address_that_are_none_are_400(service: Service) -> None:
    for query in ("[" * 8_000, '{"a":' * 1_600, "%ff", "1", "null1"):
        parameters = {"query": "{ apiLimits { depth } }", "variables": query}
        reply = await service.http.get("/graphql", params=parameters)
        assert (reply.status_code, codes_of(reply)) == (400, {"BAD_USER_INPUT"})


async def test_nobody_else_waits_while_ten_clients_send_ten_megabytes(service: Service) -> None:
    huge = b'{"query": "' + b"#" * TEN_MB + b'"}'
    lin = service.agent("lin")
    flood = [post(service, huge) for _ in range(10)]
    asked = [lin.run("{ viewer { agent { name } } }") for _ in range(10)]
    replies = await asyncio.gather(*flood, *asked)
    assert [r.status_code for r in replies if isinstance(r, httpx.Response)] == [413] * 10
    assert [r["viewer"]["agent"]["name"] for r in replies if isinstance(r, dict)] == ["Lin"] * 10
