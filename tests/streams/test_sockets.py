"""One socket for many operations; and whatever way a client goes, nothing of it stays."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from stat import S_ISSOCK
from typing import Any

import pytest

from server.graphql.websocket import Socket
from tests.documents import POST_NOTE
from tests.service import Person, Service
from tests.steps import conversation_id, join, note
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    EVERY,
    INBOX,
    INTERNAL_NOTES,
    OF_AN_AGENT,
    REMOVE,
    Wire,
    act,
    bustle,
    close_code,
    eventually,
    wire,
)

pytestmark = pytest.mark.one_database  # nothing here depends on which


async def opened(bare: Wire, service: Service) -> None:
    """Open every subscription of lin's on one socket, and see the snapshots."""
    for kind in OF_AN_AGENT:
        await bare.subscribe(kind.name, kind.document, **kind.variables(service))
        frame = await bare.next_of(kind.name)
        (snapshot,) = frame["payload"]["data"].values()
        assert snapshot["__typename"] == kind.snapshot


async def test_one_socket_carries_many_operations(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        await opened(bare, service)
        await bustle(service)
        for kind in OF_AN_AGENT:
            assert (await bare.next_of(kind.name))["type"] == "next"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("", "BAD_USER_INPUT"),
    ],
)
async def test_one_operations_mistake_is_an_error_for_it_alone(
    service: Service, document: str, code: str
) -> None:
    async with wire(service.agent("lin")) as bare:
        await opened(bare, service)
        for _ in range(2):  # a cached document answers the same
            await bare.subscribe("wrong", document)
            frame = await bare.next_of("wrong")
            assert frame["type"] == "error", frame
            assert frame["payload"][0]["extensions"]["code"] == code
        await note(service, "lin", "the others live on")
        assert (await bare.next_of(INTERNAL_NOTES.name))["type"] == "next"


async def test_an_unknown_operation_name_is_an_error_for_that_operation_alone(
    service: Service,
) -> None:
    async with wire(service.agent("lin")) as bare:
        await opened(bare, service)
        payload = {"query": "query A { viewer { agent { id } } }", "operationName": "B"}
        await bare.send(type="subscribe", id="wrong", payload=payload)
        frame = await bare.next_of("wrong")
        assert frame["type"] == "error"
        assert frame["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        await note(service, "lin", "the others live on")
        assert (await bare.next_of(INTERNAL_NOTES.name))["type"] == "next"


async def test_one_subscription_that_is_cut_leaves_the_others(service: Service) -> None:
    participant = await join(service, "wang")
    async with wire(service.agent("wang")) as bare:
        for kind in (INTERNAL_NOTES, INBOX):
            await bare.subscribe(kind.name, kind.document, **kind.variables(service))
            await bare.next_of(kind.name)
        await act(service, "lin", REMOVE, participantId=participant)
        frame = await bare.next_of(INTERNAL_NOTES.name)
        assert frame["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await bare.next_of(INTERNAL_NOTES.name))["type"] == "complete"
        heard = await bare.next_of(INBOX.name)
        assert heard["payload"]["data"]["inbox"]["__typename"] == "ParticipantLeft"


async def test_queries_and_mutations_run_over_the_socket_too(service: Service) -> None:
    async with wire(service.agent("lin")) as bare:
        await bare.subscribe("q", "{ viewer { agent { name } } }")
        frame = await bare.next_of("q")
        assert frame["payload"]["data"] == {"viewer": {"agent": {"name": "Lin"}}}
        assert (await bare.next_of("q"))["type"] == "complete"
        input_ = {"conversationId": conversation_id(service), "text": "over the socket"}
        await bare.subscribe("m", POST_NOTE, input=input_)
        frame = await bare.next_of("m")
        assert frame["payload"]["data"]["postNote"]["note"]["text"] == "over the socket"
        assert (await bare.next_of("m"))["type"] == "complete"
        await bare.subscribe("q", "{ customerConversation { id } }")  # an id can be used again
        frame = await bare.next_of("q")
        assert frame["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_who_asks_is_read_anew_for_each_operation(service: Service) -> None:
    """A socket opened as a stranger to the conversation finds the door open after accepting."""
    async with wire(service.agent("wang")) as bare:
        variables = INTERNAL_NOTES.variables(service)
        await bare.subscribe("1", INTERNAL_NOTES.document, **variables)
        frame = await bare.next_of("1")
        assert frame["payload"]["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        await join(service, "wang")
        await bare.subscribe("2", INTERNAL_NOTES.document, **variables)
        assert "errors" not in (await bare.next_of("2"))["payload"]


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", ""])
async def test_a_bad_token_closes_with_4403(service: Service, token: str) -> None:
    async with wire(Person(service, token), init=False) as bare:
        payload = {"authorization": f"Bearer {token}"}
        await bare.send(type="connection_init", payload=payload)
        assert await close_code(bare.socket) == 4403


async def test_without_a_token_the_socket_opens_and_the_field_refuses(service: Service) -> None:
    async with wire(service.anonymous()) as bare:
        for kind in EVERY:
            await bare.subscribe("1", kind.document, **kind.variables(service))
            frame = await bare.next_of("1")
            assert frame["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert (await bare.next_of("1"))["type"] == "complete"


async def test_the_token_is_found_in_any_letter_case(service: Service) -> None:
    person = service.agent("lin")
    async with wire(person, init=False) as bare:
        payload = {"AUTHORIZATION": f"bearer {person.token}"}
        await bare.send(type="connection_init", payload=payload)
        assert (await bare.next_of(None))["type"] == "connection_ack"
        await bare.subscribe("1", INBOX.document)
        assert "errors" not in (await bare.next_of("1"))["payload"]


# Nothing stays.


async def nothing_stays(service: Service, tasks: set[asyncio.Task[Any]]) -> None:
    hub, pool = service.app.state.hub, service.app.state.database.engine.pool
    await eventually(lambda: not hub.waiters)
    assert not hub.heads
    await eventually(lambda: asyncio.all_tasks() <= tasks)
    await eventually(lambda: pool.checkedout() == 0)


@pytest.mark.parametrize("way", ["complete", "close", "abort"])
async def test_however_clients_go_nothing_of_them_stays(service: Service, way: str) -> None:
    await service.agent("lin").run("{ viewer { agent { id } } }")
    await service.websocket_url()
    tasks = asyncio.all_tasks()
    async with AsyncExitStack() as sockets:
        for _ in range(3):
            bare = await sockets.enter_async_context(wire(service.agent("lin")))
            await opened(bare, service)
            for kind in OF_AN_AGENT * (way == "complete"):
                await bare.send(type="complete", id=kind.name)
            if way == "complete":
                await eventually(lambda: not service.app.state.hub.waiters)
            if way == "abort":
                bare.socket.transport.abort()
    await nothing_stays(service, tasks)
    await bustle(service)


async def test_who_only_waits_has_no_task_but_the_sockets(service: Service) -> None:
    """A thousand who wait cost what their sockets cost; when all are gone, so are their sockets."""
    await service.websocket_url()
    async with wire(service.agent("lin")) as bare:  # it opens what stays open
        await opened(bare, service)
    groups = service.app.state.runner.followings.groups
    await eventually(lambda: not groups.open)
    before, waiting = sockets_open(), 4
    async with AsyncExitStack() as sockets:
        for _ in range(waiting):
            await opened(await sockets.enter_async_context(wire(service.agent("lin"))), service)
        await eventually(lambda: followers(service) == waiting * len(OF_AN_AGENT))
        assert not [task for task in asyncio.all_tasks() if owner(task) in FOR_ONE_OPERATION]
        assert sum(owner(task).endswith("run_asgi") for task in asyncio.all_tasks()) == waiting
    await eventually(lambda: not groups.open)
    await eventually(lambda: sockets_open() <= before)


FOR_ONE_OPERATION = {"Operations._operate", "Operations._conclude", "Groups._follow"}


def owner(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", "")


def sockets_open() -> int:
    """Count what is open to the network; the database may keep files for later."""
    return sum(is_socket(int(each.name)) for each in Path("/dev/fd").iterdir())


def is_socket(file: int) -> bool:
    try:
        return S_ISSOCK(os.fstat(file).st_mode)
    except OSError:  # it was that of looking
        return False


def followers(service: Service) -> int:
    open_ = service.app.state.runner.followings.groups.open
    return sum(len(group.members) for group in open_.values())


async def test_a_client_gone_while_its_snapshot_is_read_leaves_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.agent("lin").run("{ viewer { agent { id } } }")
    await service.websocket_url()
    tasks, reading = asyncio.all_tasks(), asyncio.Event()

    async def for_ever(*arguments: Any) -> Any:
        reading.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("schema.types.snapshots.notes_of", for_ever)
    async with wire(service.agent("lin")) as bare:
        await bare.subscribe("1", INTERNAL_NOTES.with_content, **INTERNAL_NOTES.variables(service))
        async with asyncio.timeout(20):
            await reading.wait()
        assert service.app.state.database.engine.pool.checkedout() >= 1
        bare.socket.transport.abort()
    await nothing_stays(service, tasks)


async def test_idle_and_slow_clients_hold_no_connection_of_the_pool(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot's connection goes back before the client has taken the snapshot."""

    stuck, send = asyncio.Event(), Socket.send

    async def never_taken(self: Any, message: Any) -> None:
        stuck.set()
        await asyncio.Event().wait()

    async with wire(service.agent("lin")) as bare:
        monkeypatch.setattr(Socket, "send", never_taken)
        for kind in OF_AN_AGENT:
            stuck.clear()
            await bare.subscribe(kind.name, kind.with_content, **kind.variables(service))
            async with asyncio.timeout(20):
                await stuck.wait()
        pool = service.app.state.database.engine.pool
        await eventually(lambda: pool.checkedout() == 0)
        monkeypatch.setattr(Socket, "send", send)
        await bare.subscribe("other", CONVERSATION_EVENTS.document, id=conversation_id(service))
        assert (await bare.next_of("other"))["type"] == "next"
        await eventually(lambda: pool.checkedout() == 0)


async def test_more_subscriptions_than_connections_are_served(service: Service) -> None:
    async with AsyncExitStack() as sockets:
        wires = [await sockets.enter_async_context(wire(service.agent("lin"))) for _ in range(3)]
        for bare in wires:
            for number in range(19):
                await bare.subscribe(
                    str(number), INTERNAL_NOTES.document, id=conversation_id(service)
                )
        for bare in wires:
            for number in range(19):
                await bare.next_of(str(number))
        await note(service, "lin", "to all of you")
        for bare in wires:
            for number in range(19):
                assert (await bare.next_of(str(number)))["type"] == "next"
