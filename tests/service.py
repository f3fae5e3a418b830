"""The real service in this process, on a real port, and people who use it over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import httpx
import orjson
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from domain.actors import ActorKind
from execution.compiler import Compiling
from models.database import Database
from schema.ids import encode
from server.app import build_app
from server.serving import configured, prepare_socket
from server.settings import Settings
from server.tokens import sign
from tests.world import World

SECRET = "a secret for tests only, long enough"
PATIENCE_SECONDS = 30.0  # for a machine that has much else to do
Data = dict[str, Any]
COUNTED: ContextVar[list[str] | None] = ContextVar("counted", default=None)


class QuietServer(uvicorn.Server):
    """Leaves signals alone, and stops at once instead of at the next tenth of a second."""

    async def main_loop(self) -> None:
        while not self.should_exit:  # noqa: ASYNC110  # uvicorn sets a flag
            await asyncio.sleep(0.01)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Service:
    """A running process, its own database object, and the world in it.

    HTTP goes to the application directly unless it has an address; a WebSocket needs one, so the first takes a port.
    """

    address: str
    app: Starlette
    http: httpx.AsyncClient
    database: Database
    world: World
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def websocket_url(self) -> str:
        if not self.address:
            self.address = await self.stack.enter_async_context(listening(self.app, "off"))
        return f"{self.address.replace('http', 'ws', 1)}/graphql"

    def agent(self, key: str) -> Person:
        return Person(self, sign(SECRET, ActorKind.AGENT, self.world.agents[key]))

    def customer(self, key: str = "customer", conversation: UUID | None = None) -> Person:
        named = conversation or self.world.conversation
        return Person(self, sign(SECRET, ActorKind.CUSTOMER, self.world.customers[key], named))

    def integration(self) -> Person:
        return Person(self, sign(SECRET, ActorKind.INTEGRATION, self.world.integration))

    def anonymous(self) -> Person:
        return Person(self, None)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL statements that come of what the test does meanwhile, without transaction control.

        What the service does by itself began elsewhere and is not counted.
        """
        ran: list[str] = []

        def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
            control = statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))
            if COUNTED.get() is ran and not control:
                ran.append(statement)

        engine = self.app.state.database.engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", note)
        before = COUNTED.set(ran)
        try:
            yield ran
        finally:
            COUNTED.reset(before)
            sa.event.remove(engine, "before_cursor_execute", note)


@dataclass
class Person:
    """Somebody with a token, or without one."""

    service: Service
    token: str | None

    async def ask(self, document: str, **variables: Any) -> Data:
        """Return the whole answer to a query or mutation, errors included."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        reply = await self.service.http.post(
            "/graphql", headers=headers, json={"query": document, "variables": variables}
        )
        answer: Data = reply.json()
        return answer

    async def run(self, document: str, **variables: Any) -> Data:
        """Return the data; a top-level error fails the test."""
        answer = await self.ask(document, **variables)
        assert "errors" not in answer, answer
        data: Data = answer["data"]
        return data

    @asynccontextmanager
    async def listen(self, document: str, **variables: Any) -> AsyncIterator[Listener]:
        """Subscribe over a WebSocket of its own."""
        url = await self.service.websocket_url()
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket_:  # type: ignore[list-item]  # a name is a NewType of str
            payload = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            await _send(socket_, type="connection_init", payload=payload)
            assert orjson.loads(await socket_.recv())["type"] == "connection_ack"
            asked = {"query": document, "variables": variables}
            await _send(socket_, type="subscribe", id="1", payload=asked)
            yield Listener(socket_)


class Listener:
    """The receiving end of one subscription."""

    def __init__(self, socket_: ClientConnection) -> None:
        self.socket = socket_

    async def frame(self, seconds: float = PATIENCE_SECONDS) -> Data:
        """Return the next frame as the protocol has it."""
        async with asyncio.timeout(seconds):
            received: Data = orjson.loads(await self.socket.recv())
            return received

    async def event(self, seconds: float = PATIENCE_SECONDS) -> Data:
        """Return the next event: what stands under the subscription's one field."""
        frame = await self.frame(seconds)
        assert frame["type"] == "next", frame
        assert not frame["payload"].get("errors"), frame
        (event,) = frame["payload"]["data"].values()
        assert isinstance(event, dict)
        return event

    async def error(self, seconds: float = PATIENCE_SECONDS) -> str:
        """Return the code of the error that ends the subscription."""
        frame = await self.frame(seconds)
        assert frame["type"] == "next", frame
        (error,) = frame["payload"]["errors"]
        assert (await self.frame(seconds))["type"] == "complete"
        code: str = error["extensions"]["code"]
        return code

    async def silence(self, seconds: float = 0.4) -> None:
        """Fail when anything arrives."""
        with pytest.raises(TimeoutError):
            await self.frame(seconds)


async def _send(socket_: ClientConnection, **message: Any) -> None:
    await socket_.send(orjson.dumps(message).decode())


def build(database_url: str, compiled: Compiling | None = None) -> Starlette:
    chosen = compiled or Compiling(os.environ.get("HUDDLE_COMPILED", "on"))
    return build_app(
        Settings(database_url=database_url, jwt_secret=SECRET, rates=None, compiled=chosen)
    )


@asynccontextmanager
async def listening(app: Starlette, lifespan: Literal["on", "off"]) -> AsyncIterator[str]:
    """Serve the application on a free port until the block ends; yield the address."""
    taken = socket.create_server(("127.0.0.1", 0))
    prepare_socket(taken)
    config = configured(app)
    config.lifespan = lifespan
    server = QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[taken]))
    while not server.started:  # noqa: ASYNC110  # uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        taken.close()


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[tuple[str, Starlette]]:
    """Run the service on a free port until the block ends."""
    app = build(database_url)
    async with listening(app, "on") as address:
        yield address, app


@pytest.fixture
async def service(database_url: str, database: Database, world: World) -> AsyncIterator[Service]:
    app = build(database_url)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", timeout=PATIENCE_SECONDS
        ) as http,
        AsyncExitStack() as stack,
    ):
        yield Service("", app, http, database, world, stack)
        await at_rest(app.state.database)


async def at_rest(used: Database) -> None:
    """Wait until no statement is under way, so that stopping cuts none off."""
    pool = used.engine.pool
    assert isinstance(pool, sa.QueuePool)
    while pool.checkedout() or used.readers.busy:  # noqa: ASYNC110  # the pool offers nothing to wait for
        await asyncio.sleep(0.005)


def node_id(kind: str, id_: UUID) -> str:
    return encode(kind, id_)


def codes(payload: Data) -> list[str]:
    """Return the codes of a payload's errors."""
    return [error["code"] for error in payload["errors"]]
