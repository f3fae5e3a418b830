"""While the log cannot be read for long, followers are sent away so that they come back: no stream ends by it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy as sa

from models.drivers import translated
from subscriptions import feeds, streams
from tests.edge.kit import streaming
from tests.service import Service
from tests.steps import conversation_id, note
from tests.streams.kit import INTERNAL_NOTES, close_code, eventually, take

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere


PROBLEMS = [
    sa.exc.OperationalError("select", None, Exception("closed")),
    translated(asyncpg.InternalClientError("the protocol is in another state"), "select"),
    AssertionError("nobody foresaw this"),
]


@pytest.fixture(params=PROBLEMS, ids=lambda problem: type(problem).__name__)
def gone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[bool]:
    """Let streams be read by nobody as long as the list is not empty."""
    away, read = list[bool](), streams.read

    async def read_or_fail(*arguments: Any) -> Any:
        if away:
            raise request.param
        return await read(*arguments)

    monkeypatch.setattr(streams, "read", read_or_fail)
    monkeypatch.setattr(feeds, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(feeds, "PATIENCE_SECONDS", 0.1)
    return away


async def test_a_socket_closes_with_1013_and_its_cursor_is_good(
    service: Service, gone: list[bool]
) -> None:
    async with INTERNAL_NOTES.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
        gone.append(True)
        await note(service, "lin", "meanwhile")
        assert await close_code(listener.socket) == 1013
    gone.clear()
    async with INTERNAL_NOTES.listen(service, cursor) as listener:
        assert [event["__typename"] for event in await take(listener, 1)] == ["NotePosted"]
    await eventually(lambda: not service.app.state.hub.waiters)


async def test_an_event_stream_is_dropped_without_complete(
    service: Service, gone: list[bool]
) -> None:
    lin = service.agent("lin")
    async with streaming(lin, INTERNAL_NOTES.document, id=conversation_id(service)) as events:
        await events.event()
        gone.append(True)
        await note(service, "lin", "meanwhile")
        with suppress(httpx.RemoteProtocolError):  # it just breaks off
            await events.rest()
    assert not events.over
    await eventually(lambda: not service.app.state.hub.waiters)
