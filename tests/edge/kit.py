"""Apps with settings of their own, and server-sent events as a client reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from models.database import Database
from server.app import build_app
from server.settings import Settings
from tests.service import SECRET, Data, Person, Service, listening
from tests.world import World


@asynccontextmanager
async def running(database: Database, world: World, **changed: Any) -> AsyncIterator[Service]:
    """Run an app with settings of its own, on a port of its own."""
    url = database.url.render_as_string(hide_password=False)
    given: dict[str, Any] = {"jwt_secret": SECRET, "rates": None, **changed}
    app = build_app(Settings(database_url=url, **given))
    async with (
        listening(app, "on") as address,
        httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as http,
    ):
        yield Service(address, app, http, database, world)


class Events:
    """`over` says how the stream ended: with `complete`, or without it."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.parts = reply.aiter_text()
        self.text = ""
        self.over = False

    async def next(self) -> Data | None:
        """Return the next payload, None at the end."""
        while (frame := await self._frame()) is not None:
            if frame.startswith("event: complete"):
                self.over = True
            if frame.startswith("event: next"):
                payload: Data = orjson.loads(frame.partition("\ndata: ")[2])
                return payload
        return None

    async def event(self) -> Data:
        """Return the next event: what stands under the subscription's one field."""
        payload = await self.next()
        assert payload, "the stream ended"
        assert not payload.get("errors"), payload
        (event,) = payload["data"].values()
        assert isinstance(event, dict)
        return event

    async def rest(self) -> list[Data]:
        found = []
        while (payload := await self.next()) is not None:
            found.append(payload)
        return found

    async def _frame(self) -> str | None:
        while "\n\n" not in self.text:
            part = await anext(self.parts, None)
            if part is None:
                return None
            self.text += part
        frame, _, self.text = self.text.partition("\n\n")
        return frame


@asynccontextmanager
async def streaming(person: Person, document: str, **variables: Any) -> AsyncIterator[Events]:
    """Subscribe over SSE, on a real port."""
    await person.service.websocket_url()
    headers = {"Accept": "text/event-stream"}
    if person.token:
        headers["Authorization"] = f"Bearer {person.token}"
    body = {"query": document, "variables": variables}
    address = f"{person.service.address}/graphql"
    async with (
        httpx.AsyncClient(trust_env=False, timeout=20) as http,
        http.stream("POST", address, headers=headers, json=body) as reply,
    ):
        yield Events(reply)
