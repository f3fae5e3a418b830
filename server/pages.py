"""The entry points beside `/graphql`: the schema, and whether and how the process does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import Database
from resolvers.deadlines import count_overdue
from schema.build import sdl
from schema.errors import presentable
from server.connections import Connections
from server.graphql.refusals import JSON, Refused
from server.metrics import CONTENT_TYPE, Metrics
from server.revisions import is_current
from subscriptions.wakeups import WakeUps

DATABASE_SECONDS = 2.0
GRAPHQL_PATH = "/graphql"


@cache
def published() -> str:
    """Return the schema as text; printing it would hold up everything else for a quarter of a second."""
    return sdl()


@dataclass(frozen=True)
class Pages:
    database: Database
    wake: WakeUps
    connections: Connections
    metrics: Metrics

    async def schema(self, request: Request) -> Response:
        return PlainTextResponse(published())

    async def healthz(self, request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Say whether to send requests here. A lost wake-up line is told, but the poll stands in for it."""
        problem = await self._problem()
        line = "up" if self.wake.up else "lost; streams are polled"
        status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
        return JSONResponse({"status": problem or "ready", "wakeUpLine": line}, status)

    async def _problem(self) -> str | None:
        if self.connections.draining:
            return "this process is stopping"
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                current = await is_current(self.database)
        except Exception:  # whatever is wrong with the database, the answer is the same
            return "the database does not answer"
        return None if current else "the database needs `huddle migrate`"

    async def metrics_text(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                self.metrics.overdue.set(await count_overdue(self.database))
        except Exception:  # the other figures are good without the database
            self.metrics.overdue.set(float("nan"))
        return Response(self.metrics.text(), media_type=CONTENT_TYPE)


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException), "it is registered for these"
    code = "NOT_FOUND" if problem.status_code == HTTPStatus.NOT_FOUND else "BAD_USER_INPUT"
    return Refused(problem.detail, problem.status_code, code, problem.headers).response()


ERRORS: Mapping[Any, Any] = {HTTPException: _refused}


@dataclass(frozen=True)
class Masked:
    """Logs what nobody foresaw and hides it behind the request's id, wherever it comes from."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = scope["type"] != "http"

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception as problem:  # whatever it is
            if begun:
                raise
            error = presentable(GraphQLError(str(problem), original_error=problem))
            content = orjson.dumps({"errors": [error.formatted]})
            await Response(content, 500, media_type=JSON)(scope, receive, send)


@dataclass(frozen=True)
class Straight:
    """Leads to `/graphql` without asking every route: that is where nearly all requests go."""

    app: ASGIApp
    endpoint: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["path"] == GRAPHQL_PATH
        await (self.endpoint if here else self.app)(scope, receive, send)
