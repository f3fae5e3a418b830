"""Requests that are no GraphQL requests: a coded refusal in JSON, on HTTP as on the WebSocket."""

from __future__ import annotations

import json

import pytest

from tests.service import Service
from tests.streams.kit import close_code, wire

pytestmark = pytest.mark.one_database  # nothing here depends on which

JSON = {"Content-Type": "application/json"}
TWO = "mutation A { heartbeat(input: {}) { errors { code } } } mutation B { heartbeat(input: {}) { errors { code } } }"


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "1",
        '"x"',
        "[]",
        "",
        "{",
        '{"query": 1}',
        '{"query": null}',
        "[" * 50_000,
        '{"query": "{"',
    ],
    ids=lambda body: body[:12],
)
async def test_a_body_that_is_no_request_is_refused_in_json(service: Service, body: str) -> None:
    reply = await service.http.post("/graphql", headers=JSON, content=body)
    assert reply.status_code == 400
    assert [e["extensions"]["code"] for e in reply.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_a_body_beyond_the_limit_is_refused(service: Service) -> None:
    body = json.dumps({"query": "{ viewer { rights } }", "x": "a" * 300_000})
    reply = await service.http.post("/graphql", headers=JSON, content=body)
    assert reply.status_code == 413
    assert reply.json()["errors"]


async def test_a_subscription_by_post_is_told_where_to_go(service: Service) -> None:
    body = {"query": "subscription { inbox { cursor } }"}
    reply = await service.http.post(
        "/graphql", headers={**JSON, "Accept": "application/json"}, json=body
    )
    assert reply.status_code == 406
    assert "WebSocket" in reply.json()["errors"][0]["message"]


async def test_several_operations_without_a_name_run_none(service: Service) -> None:
    answer = await service.agent("lin").ask(TWO)
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["BAD_USER_INPUT"]
    assert answer.get("data") is None


@pytest.mark.parametrize(
    "frame",
    [
        "null",
        "5",
        "[]",
        '{"type": 5}',
        '{"type": "subscribe", "id": "1", "payload": null}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ viewer { rights } }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ viewer { rights } }"}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { rights } }", "variables": []}}',
        '{"type": "complete"}',
    ],
)
async def test_a_frame_that_is_no_message_closes_with_4400(service: Service, frame: str) -> None:
    async with wire(service.agent("lin")) as bare:
        await bare.socket.send(frame)
        assert await close_code(bare.socket) == 4400
