"""Twins: services of which the first answers by graphql-core alone, and the second compiles each document at once."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel
from websockets.asyncio.client import ClientConnection, connect

from execution.compiler import Compiling
from models.agents import leases
from models.database import Database
from tests.service import PATIENCE_SECONDS, Person, Service, build

MODES = (Compiling.OFF, Compiling.ALWAYS)
ASKERS = ("lin", "wang", "mei", "zhao", "admin", "ext", "customer", "nobody")
JSON = {"Accept": "application/graphql-response+json"}


class Twin:
    """One of two, and those who talk to it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def person(self, key: str) -> Person:
        if key == "nobody":
            return self.service.anonymous()
        return self.service.customer() if key == "customer" else self.service.agent(key)

    async def over_http(self, key: str, document: str, variables: dict[str, Any]) -> bytes:
        token = self.person(key).token
        headers = {**JSON, "Authorization": f"Bearer {token}"} if token else JSON
        asked = {"query": document, "variables": variables}
        reply = await self.service.http.post("/graphql", headers=headers, json=asked)
        return reply.content

    async def over_websocket(self, key: str, document: str, variables: dict[str, Any]) -> bytes:
        """Return every frame of the answer, over a socket of its own."""
        url, token = await self.service.websocket_url(), self.person(key).token
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket:  # type: ignore[list-item]  # a name is a NewType of str
            payload = {"Authorization": f"Bearer {token}"} if token else {}
            await _send(socket, {"type": "connection_init", "payload": payload})
            assert orjson.loads(await socket.recv())["type"] == "connection_ack"
            asked = {"query": document, "variables": variables}
            await _send(socket, {"type": "subscribe", "id": "1", "payload": asked})
            return b"\n".join([frame async for frame in _answer(socket)])

    async def rows(self) -> dict[str, int]:
        """Return how many rows each table has, but that of sockets, which come and go."""
        tables = [table for table in SQLModel.metadata.sorted_tables if table is not leases]
        counted = [sa.select(sa.func.count()).select_from(table) for table in tables]
        numbers = [(await self.service.database.all(count))[0][0] for count in counted]
        return dict(zip((table.name for table in tables), numbers, strict=True))


async def _send(socket: ClientConnection, message: dict[str, Any]) -> None:
    await socket.send(orjson.dumps(message).decode())


async def _answer(socket: ClientConnection) -> AsyncIterator[bytes]:
    while True:
        frame = await socket.recv(decode=False)
        yield frame
        if orjson.loads(frame)["type"] in {"complete", "error"}:
            return


@asynccontextmanager
async def twin(service: Service, mode: Compiling, url: str) -> AsyncIterator[Twin]:
    """Run another process of the service on that database, of which the world is the same."""
    app, database = build(url, mode), Database(url)
    transport = httpx.ASGITransport(app)
    try:
        async with (
            httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", timeout=PATIENCE_SECONDS
            ) as http,
            AsyncExitStack() as stack,
        ):
            yield Twin(Service("", app, http, database, service.world, stack))
    finally:
        await app.state.database.dispose()
        await database.dispose()


@pytest.fixture
async def twins(service: Service, database_url: str) -> AsyncIterator[list[Twin]]:
    """Twins who share one database: they read the same."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(twin(service, mode, database_url)) for mode in MODES]


@asynccontextmanager
async def parted(service: Service, database_url: str) -> AsyncIterator[list[Twin]]:
    """Yield twins of whom each has a copy of the database: they change the same."""
    path = Path(database_url.removeprefix("sqlite:///"))
    async with AsyncExitStack() as stack:
        twins = []
        for mode in MODES:
            copied = path.with_name(f"{mode.value}.db")
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copied)) as copy:
                source.backup(copy)
            started = twin(service, mode, f"sqlite:///{copied}")
            twins.append(await stack.enter_async_context(started))
        yield twins
