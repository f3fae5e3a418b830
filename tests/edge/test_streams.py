"""Subscriptions over server-sent events: the same events, resumed the same way, and how streams end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.actors import ActorKind
from server.tokens import LEEWAY_SECONDS, sign
from tests.edge.kit import streaming
from tests.service import SECRET, Person, Service
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    CUSTOMER_MESSAGES,
    EVERY,
    INTERNAL_NOTES,
    Kind,
    bustle,
    close,
    each,
    eventually,
    ids_logged,
    say,
)

pytestmark = pytest.mark.one_database


@each(EVERY)
async def test_every_subscription_is_followed_and_resumed(service: Service, kind: Kind) -> None:
    person, variables = kind.person(service), kind.variables(service)
    async with streaming(person, kind.document, **variables) as events:
        snapshot = await events.event()
    assert snapshot["__typename"] == kind.snapshot
    before = await ids_logged(service, kind)
    await bustle(service)
    missed = [id_ for id_ in await ids_logged(service, kind) if id_ not in before]
    async with streaming(person, kind.document, after=snapshot["cursor"], **variables) as events:
        heard = [(await events.event())["id"] for _ in missed]
    assert heard == missed
    await eventually(lambda: not service.app.state.hub.waiters)


async def test_what_is_over_completes(service: Service) -> None:
    kind = CONVERSATION_EVENTS
    async with streaming(service.agent("lin"), kind.document, **kind.variables(service)) as events:
        await close(service)
        await events.rest()
    assert events.over


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($id: ID!) { internalNotes(conversationId: $id) { id } }", "BAD_USER_INPUT"),
        ('subscription { internalNotes(conversationId: "x") { id } }', "BAD_USER_INPUT"),
        ("subscription { customerMessages { id } }", "FORBIDDEN"),
    ],
)
async def test_an_error_is_told_on_the_stream_and_ends_it(
    service: Service, document: str, code: str
) -> None:
    async with streaming(service.agent("lin"), document) as events:
        payloads = await events.rest()
    assert [error["extensions"]["code"] for p in payloads for error in p["errors"]] == [code]
    assert events.over
    assert events.reply.status_code == 200


async def test_a_token_that_expires_ends_the_stream_and_a_new_one_goes_on(service: Service) -> None:
    soon = timedelta(seconds=8 - LEEWAY_SECONDS)
    lin = service.world.agents["lin"]
    short = Person(service, sign(SECRET, ActorKind.AGENT, lin, ttl=soon))
    document, variables = CONVERSATION_EVENTS.document, CONVERSATION_EVENTS.variables(service)
    async with streaming(short, document, **variables) as events:
        snapshot = await events.event()
        assert await events.rest() == []
    assert not events.over  # the client is to come back
    await say(service, "meanwhile")
    lasting = service.agent("lin")
    async with streaming(lasting, document, after=snapshot["cursor"], **variables) as events:
        assert (await events.event())["__typename"]


async def test_a_silent_stream_has_a_heartbeat(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql.events.HEARTBEAT_SECONDS", 0.05)
    document, variables = INTERNAL_NOTES.document, INTERNAL_NOTES.variables(service)
    async with streaming(service.agent("lin"), document, **variables) as events:
        await events.event()
        assert [await events._frame() for _ in range(3)] == [":"] * 3


async def test_one_person_has_so_many_streams(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.connections.MOST", {"stream": 2, "socket": 5})
    document, variables = INTERNAL_NOTES.document, INTERNAL_NOTES.variables(service)
    lin = service.agent("lin")
    async with (
        streaming(lin, document, **variables) as one,
        streaming(lin, document, **variables) as two,
    ):
        await one.event()
        await two.event()
        async with streaming(service.agent("lin"), document, **variables) as events:
            assert events.reply.status_code == 429
            assert events.reply.headers["retry-after"]
        async with streaming(service.customer(), CUSTOMER_MESSAGES.document) as events:
            assert (await events.event())["__typename"] == CUSTOMER_MESSAGES.snapshot
    await eventually(lambda: not service.app.state.connections.held)
    async with streaming(service.agent("lin"), document, **variables) as events:
        assert await events.event()


async def test_a_stream_that_is_over_leaves_no_timer(service: Service) -> None:
    """Its token would keep one for hours."""
    await service.websocket_url()
    loop = asyncio.get_running_loop()
    for _ in range(3):
        async with streaming(service.agent("lin"), "{ viewer { rights } }") as events:
            await events.rest()
    far = [timer for timer in loop._scheduled if timer.when() > loop.time() + 3600]  # type: ignore[attr-defined]  # nothing else tells
    assert [timer for timer in far if not timer.cancelled()] == []


async def test_a_client_that_goes_leaves_nothing(service: Service) -> None:
    await service.agent("lin").run("{ viewer { rights } }")
    await service.websocket_url()
    document, variables = INTERNAL_NOTES.document, INTERNAL_NOTES.variables(service)
    tasks = asyncio.all_tasks()
    for _ in range(3):
        async with streaming(service.agent("lin"), document, **variables) as events:
            await events.event()
    await eventually(lambda: not service.app.state.hub.waiters)
    await eventually(lambda: asyncio.all_tasks() <= tasks)
    assert not service.app.state.connections.live.total()
