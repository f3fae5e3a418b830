"""A token ends on a live connection, and the key that signed it goes: the client comes back and misses nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed

from server.keys import FRESH_SECONDS
from server.tokens import LEEWAY_SECONDS
from tests.edge.kit import streaming
from tests.edge.provider import NEW, OLD, Provider, Trusting, status_of
from tests.service import Data, Person
from tests.steps import conversation_id
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    bustle,
    close_code,
    eventually,
    head,
    ids_logged,
    say,
    wire,
)

pytestmark = pytest.mark.one_database

FORBIDDEN = 4403
MOMENT_SECONDS = 8  # enough for a busy machine to tell something
DOCUMENT = CONVERSATION_EVENTS.document

Next = Callable[[], Awaitable[Data | None]]
Carrier = Callable[[Person, str | None], AbstractAsyncContextManager[Next]]


@asynccontextmanager
async def by_websocket(person: Person, after: str | None = None) -> AsyncIterator[Next]:
    """Yield what returns the next event, and None once the socket was closed because of the token."""
    async with wire(person) as bare:
        await bare.subscribe("1", DOCUMENT, id=conversation_id(person.service), after=after)

        async def following() -> Data | None:
            try:
                frame = await bare.next_of("1")
            except ConnectionClosed:
                assert bare.socket.close_code == FORBIDDEN
                return None
            assert frame["type"] == "next", frame
            return _event(frame["payload"])

        yield following


@asynccontextmanager
async def by_stream(person: Person, after: str | None = None) -> AsyncIterator[Next]:
    """Yield what returns the next event, and None once the body has ended without `complete`."""
    variables = {"id": conversation_id(person.service), "after": after}
    async with streaming(person, DOCUMENT, **variables) as source:

        async def following() -> Data | None:
            payload = await source.next()
            assert not source.over
            return _event(payload) if payload else None

        yield following


def _event(payload: Data) -> Data:
    assert "errors" not in payload, payload
    event: Data = payload["data"]["conversationEvents"]
    return event


carriers = pytest.mark.parametrize("carrier", [by_websocket, by_stream])


def for_a_moment(trusting: Trusting) -> Person:
    """Return Lin with a token whose end is near: of the leeway a moment is left."""
    end = int(time.time()) - LEEWAY_SECONDS + MOMENT_SECONDS
    sub = str(trusting.world.agents["lin"])
    return trusting.bearing(OLD.sign(sub=sub, iat=end - 600, exp=end))


async def rotate(trusting: Trusting, provider: Provider) -> None:
    """Let the provider have a new key only; from here on people have tokens of that."""
    old, trusting.signer = trusting.agent("lin"), NEW
    provider.publish(NEW)
    trusting.later(FRESH_SECONDS + 1)
    assert await status_of(trusting.agent("lin")) == 200
    assert await status_of(old) == 401


@carriers
async def test_who_comes_back_with_a_token_of_the_new_key_misses_nothing(
    trusting: Trusting, provider: Provider, carrier: Carrier
) -> None:
    told: list[Data] = []
    await bustle(trusting)
    before = await head(trusting, CONVERSATION_EVENTS)
    async with carrier(for_a_moment(trusting), None) as following:
        snapshot = await following()
        assert snapshot, "the token was good"
        assert snapshot["__typename"] == CONVERSATION_EVENTS.snapshot
        await bustle(trusting, "chen")
        while event := await following():
            told.append(event)
    assert told, "it was live before the end"
    await nothing_left(trusting)
    await rotate(trusting, provider)
    await bustle(trusting, "sun")
    expected = await ids_logged(trusting, CONVERSATION_EVENTS, before)
    async with carrier(trusting.agent("lin"), told[-1]["cursor"]) as following:
        while len(told) < len(expected):
            event = await following()
            assert event
            told.append(event)
        assert [event["id"] for event in told] == expected
        await say(trusting, "Thank you.")
        assert await following(), "and it is live again"


async def test_a_token_that_is_over_opens_nothing(trusting: Trusting) -> None:
    end = int(time.time()) - LEEWAY_SECONDS - 2
    sub = str(trusting.world.agents["lin"])
    over = trusting.bearing(OLD.sign(sub=sub, iat=end - 600, exp=end))
    async with streaming(over, DOCUMENT, id=conversation_id(trusting)) as source:
        assert source.reply.status_code == 401
    async with wire(over, init=False) as bare:
        payload = {"Authorization": f"Bearer {over.token}"}
        await bare.send(type="connection_init", payload=payload)
        assert await close_code(bare.socket) == FORBIDDEN


async def nothing_left(trusting: Trusting) -> None:
    connections, hub = trusting.app.state.connections, trusting.app.state.hub
    await eventually(lambda: not connections.held and not any(connections.live.values()))
    await eventually(lambda: not hub.waiters)
