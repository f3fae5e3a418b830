"""The mock answers every document of operations/ with data that fits the schema, the same for one seed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from functools import lru_cache
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from schema.context import Context
from server.graphql.answers import answer_of
from server.graphql.requests import read_request
from server.graphql.running import EVERYTHING
from server.mock.app import NO_SERVICES
from server.mock.running import MockRunner
from tests.contract.conftest import OPERATIONS, SCHEMA, SDL, Asked, mock
from tests.contract.validator import Validator
from tests.service import listening

pytestmark = pytest.mark.one_database

Client = Callable[[Starlette], httpx.AsyncClient]
MOCK = mock()
TIMES = 100
EVENTS = 30  # enough to meet each kind of event
NAMES = [asked.name for asked in OPERATIONS]


@lru_cache
def runner(seed: int = 0, _copy: int = 0) -> MockRunner:
    routes: Any = mock(seed, every=0).routes
    found = routes[0].app.edge.runner
    assert isinstance(found, MockRunner)
    return found


async def answers(of: MockRunner, asked: Asked, most: int = EVENTS) -> list[bytes]:
    """Return what a client gets, byte by byte; of a stream the first events."""
    got: list[bytes] = []
    request, context = read_request(asked.body), Context(NO_SERVICES)
    async with aclosing(of.results(request, context, EVERYTHING)) as stream:
        async for result in stream:
            got.append(orjson.dumps(answer_of(result, streamed=asked.streams).payload))
            if len(got) == most:
                break
    return got


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("asked", OPERATIONS, ids=NAMES)
async def test_each_answer_fits_the_schema(asked: Asked, seed: int) -> None:
    validator = Validator(SCHEMA, asked.document)
    got = await answers(runner(seed), asked)
    assert len(got) == (EVENTS if asked.streams else 1)
    for answer in map(orjson.loads, got):
        assert "errors" not in answer, answer
        assert validator.problems(asked.operation, answer["data"]) == []


@pytest.mark.parametrize("asked", OPERATIONS, ids=NAMES)
async def test_a_hundred_answers_of_one_seed_are_the_same(asked: Asked) -> None:
    one, other = runner(7), runner(7, 1)
    first = await answers(one, asked, 2)
    for _ in range(TIMES // 2):
        assert await answers(one, asked, 2) == first
        assert await answers(other, asked, 2) == first


async def test_another_seed_answers_otherwise() -> None:
    """Nine of ten, at least: some tell nothing but what the request said."""
    one, other = runner(1), runner(2)
    same = [
        each.name
        for each in OPERATIONS
        if await answers(one, each, 2) == await answers(other, each, 2)
    ]
    assert len(same) <= len(OPERATIONS) // 10, same


@pytest.mark.parametrize(
    "asked", [each for each in OPERATIONS if not each.streams], ids=lambda each: each.name
)
async def test_over_http_as_within(client: Client, asked: Asked) -> None:
    reply = await client(MOCK).post("/graphql", json=asked.body)
    assert [reply.content] == await answers(runner(), asked)


async def test_over_websocket_and_server_sent_events_as_within(client: Client) -> None:
    app = mock()
    async with listening(app, "off") as address, httpx.AsyncClient(base_url=address) as http:
        for asked in OPERATIONS:
            expected = await answers(runner(), asked, 2)
            assert await over_websocket(address, asked, len(expected)) == expected
            assert await over_events(http, asked, len(expected)) == expected


async def over_websocket(address: str, asked: Asked, most: int) -> list[bytes]:
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket:  # type: ignore[list-item]
        await socket.send('{"type": "connection_init", "payload": {"Authorization": "Bearer any"}}')
        assert orjson.loads(await socket.recv()) == {"type": "connection_ack"}
        message = {"type": "subscribe", "id": "1", "payload": asked.body}
        await socket.send(orjson.dumps(message).decode())
        frames = [orjson.loads(await socket.recv()) for _ in range(most)]
        assert {frame["type"] for frame in frames} == {"next"}
        return [orjson.dumps(frame["payload"]) for frame in frames]


async def over_events(http: httpx.AsyncClient, asked: Asked, most: int) -> list[bytes]:
    accept = {"Accept": "text/event-stream"}
    got: list[bytes] = []
    async with http.stream("POST", "/graphql", json=asked.body, headers=accept) as reply:
        async for line in reply.aiter_lines():
            if line.startswith("data: {"):
                got.append(line.removeprefix("data: ").encode())
            if len(got) == most:
                break
    return got


async def test_it_serves_the_schema_it_was_given_to_anybody(client: Client) -> None:
    http = client(MOCK)
    assert (await http.get("/schema.graphql")).text == SDL
    assert (await http.get("/readyz")).json() == {"status": "ready", "mock": True}
    bad = {"Authorization": "Bearer nothing"}
    reply = await http.get("/graphql", params={"query": "{ __typename }"}, headers=bad)
    assert reply.json() == {"data": {"__typename": "Query"}}
