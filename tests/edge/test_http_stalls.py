"""Over HTTP, whatever takes its time is not waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.graphql.negotiation import JSON
from tests.edge.test_http import SELF, code_of, post
from tests.service import Service

pytestmark = pytest.mark.one_database


async def test_a_request_that_takes_too_long_is_stopped(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*arguments: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("server.graphql.running.REQUEST_SECONDS", 0.2)
    monkeypatch.setattr("resolvers.reads.policies.current_policy", never)
    reply = await post(service, query="{ collaborationPolicy { enabled } }")
    assert reply.status_code == 503
    assert (code_of(reply), reply.headers["retry-after"]) == ("SERVICE_UNAVAILABLE", "1")
    assert "idempotencyKey" in reply.json()["errors"][0]["message"]


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(20)

    monkeypatch.setattr("server.graphql.http.REQUEST_SECONDS", 0.1)
    headers = {"Content-Type": JSON}
    reply = await service.http.post("/graphql", headers=headers, content=slowly())
    assert reply.status_code == 408
    assert code_of(reply) == "BAD_USER_INPUT"


async def test_a_database_that_hangs_holds_nobody(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*arguments: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("server.graphql.running.REQUEST_SECONDS", 0.2)
    monkeypatch.setattr("schema.context.actor_of", never)
    assert (await post(service, query=SELF)).status_code == 503


async def test_a_body_that_says_it_is_too_large_is_not_waited_for(service: Service) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "99999999999"}
    reply = await service.http.post("/graphql", headers=headers, content=b"{")
    assert reply.status_code == 413
