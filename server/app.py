"""The composition root: what a process is made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from execution.compiler import Compiler
from models import faults
from models.database import Database
from resolvers.words import dictionary
from schema.build import schema
from schema.context import Services
from server.authentication import Authenticator
from server.connections import Connections
from server.graphql.documents import load
from server.graphql.edge import Edge
from server.graphql.followings import Followings
from server.graphql.http import HTTPEndpoint
from server.graphql.running import Runner
from server.graphql.websocket import WebSocketEndpoint
from server.hosts import LOOPBACK_ORIGIN, Cors, Hosts, hosts_of, origins_of
from server.leases import keep_leases
from server.metrics import Metrics
from server.pages import ERRORS, Masked, Pages, Straight
from server.playground import Playground
from server.rates import buckets
from server.requestids import RequestIds
from server.settings import Settings
from server.timers import keep_house, run_timers
from server.tracing import tracer
from subscriptions.feeds import Feeds
from subscriptions.hub import Hub
from subscriptions.line import line_of
from subscriptions.presence import Presences
from subscriptions.wakeups import WakeUps, poll

POLL_SECONDS = {True: 0.25, False: 1.0}  # on SQLite, on PostgreSQL


def build_app(chosen: Settings) -> Starlette:
    """Put a process together. It begins its background work when it is started."""
    faults.arm(chosen.faults)
    database, connections = Database(chosen.database_url), Connections()
    metrics = Metrics(connections)
    wake = WakeUps(Hub(), line_of(chosen.broadcast_url), metrics.wake_ups.observe)
    rates = buckets(chosen.rates, chosen.rates_url)
    compiler = Compiler(schema.guarded, chosen.compiled)
    feeds, presences = Feeds(database, wake.hub), Presences(database, wake.hub)
    authenticator = Authenticator(chosen)
    sign = authenticator.sign_guest if authenticator.secret else None
    services = Services(database, feeds, presences, wake, rates, compiler, sign)
    edge = Edge(
        services,
        Runner(metrics, tracer(on=chosen.traces), Followings(services, metrics)),
        authenticator,
        connections,
        load(chosen.documents, only=chosen.only_trusted_documents),
        chosen.by_get,
    )
    pages = Pages(database, wake, connections, metrics)
    app = Starlette(
        routes=routes(chosen, edge, pages, Playground(chosen, database)),
        middleware=[*middleware(chosen), Middleware(Straight, HTTPEndpoint(edge))],
        exception_handlers=ERRORS,
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False  # it would repeat an address with whatever it holds
    app.state.database, app.state.wake, app.state.hub = database, wake, wake.hub
    app.state.connections, app.state.runner = connections, edge.runner
    app.state.observe_lateness = metrics.lateness.observe
    app.state.rates, app.state.retention_days = rates, chosen.retention_days
    return app


def routes(chosen: Settings, edge: Edge, pages: Pages, playground: Playground) -> list[BaseRoute]:
    return [
        WebSocketRoute("/graphql", WebSocketEndpoint(edge, origins_of(chosen))),
        Route("/schema.graphql", pages.schema),
        Route("/healthz", pages.healthz),
        Route("/readyz", pages.readyz),
        *([Route("/metrics", pages.metrics_text)] if chosen.metrics else []),
        *(playground.routes() if chosen.playground else []),
    ]


def middleware(chosen: Settings) -> list[Middleware]:
    """Return what every request passes, from the outside in."""
    cors = Middleware(
        Cors,
        allow_origins=chosen.origins,
        allow_origin_regex=None if chosen.production else LOOPBACK_ORIGIN,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["X-Request-Id", "Retry-After"],
    )
    hosts = Middleware(Hosts, names=hosts_of(chosen))
    return [Middleware(RequestIds), hosts, cors, Middleware(Masked)]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncGenerator[None]:
    dictionary()  # now, while nobody waits
    database, wake = app.state.database, app.state.wake
    work: list[Coroutine[Any, Any, None]] = [
        wake.run(),
        poll(database, wake, POLL_SECONDS[database.is_sqlite]),
        run_timers(database, wake, app.state.observe_lateness),
        keep_house(database, app.state.retention_days),
        keep_leases(database, wake, app.state.connections),
    ]
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.state.rates.close()
        await database.dispose()
