"""The composition root: what a process is made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from models.database import Database
from schema.build import sdl
from schema.context import Services
from server.graphql.view import GraphQLView
from server.migrating import is_current
from server.settings import Settings
from server.timers import keep_house, run_timers
from subscriptions.hub import Hub
from subscriptions.wakeups import MemoryBackend, WakeUps, poll

POLL_SECONDS = {True: 0.25, False: 1.0}  # on SQLite, on PostgreSQL

WELCOME = """Huddle

/graphql          the API: POST, and WebSocket graphql-transport-ws
/schema.graphql   its schema
/healthz /readyz  whether the process lives, and whether it can serve
"""


def build_app(settings: Settings) -> Starlette:
    """Put a process together. It begins its background work when it is started."""
    database = Database(settings.database_url)
    hub = Hub()
    wake = WakeUps(hub, MemoryBackend())
    view = GraphQLView(Services(database, hub, wake), settings.signing_secret())
    app = Starlette(
        routes=[
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
            Route("/schema.graphql", _schema),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz),
            Route("/", _welcome),
        ],
        lifespan=_lifespan,
    )
    app.state.database, app.state.wake, app.state.hub = database, wake, hub
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncGenerator[None]:
    database, wake, hub = app.state.database, app.state.wake, app.state.hub
    work: list[Coroutine[Any, Any, None]] = [
        wake.listen(),
        poll(database, hub, POLL_SECONDS[database.is_sqlite]),
        run_timers(database, wake),
        keep_house(database),
    ]
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.dispose()


async def _welcome(request: Request) -> Response:
    return PlainTextResponse(WELCOME)


async def _schema(request: Request) -> Response:
    return PlainTextResponse(sdl())


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """Say ready when the database answers and has the tables this version needs."""
    try:
        current = await is_current(request.app.state.database)
    except Exception:  # whatever is wrong with the database, the answer is the same
        return JSONResponse({"status": "the database does not answer"}, 503)
    if not current:
        return JSONResponse({"status": "the database needs `huddle migrate`"}, 503)
    return JSONResponse({"status": "ready"})
