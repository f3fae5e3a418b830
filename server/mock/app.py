"""The mock as an application: the ways in are the service's own; behind them is only a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, ValueNode, build_schema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from resolvers.actors import Claims
from schema.context import Services
from schema.scalars import read_moment, show_moment
from server.app import middleware
from server.authentication import Authenticator
from server.connections import Carrier, Connections
from server.graphql.documents import load
from server.graphql.edge import Edge
from server.graphql.http import HTTPEndpoint
from server.graphql.websocket import WebSocketEndpoint
from server.hosts import origins_of
from server.metrics import Metrics
from server.mock.running import MockRunner
from server.mock.streams import Streams
from server.mock.world import World
from server.pages import ERRORS
from server.settings import Settings, SettingsError
from server.tracing import tracer

NONE: Any = None
NO_SERVICES = Services(NONE, NONE, NONE, NONE, NONE)  # nothing behind the schema is ever asked


class Uncounted(Connections):
    """Lets one person have any number of connections: a test run has many browsers."""

    @contextmanager
    def held_by(self, person: str, carrier: Carrier) -> Iterator[None]:
        yield


class AnyToken(Authenticator):
    """Lets everybody in, with any token or none."""

    def __init__(self) -> None:
        pass

    async def claims(self, authorization: object) -> Claims | None:
        return None


def build_mock(chosen: Settings, sdl: str, seed: int, every: float) -> Starlette:
    """Put a mock of a schema together; `every` is how many seconds lie between two events."""
    connections = Uncounted()
    streams = Streams(World(read_schema(sdl), seed), every)
    runner = MockRunner(Metrics(connections), tracer(on=False), streams)
    edge = Edge(NO_SERVICES, runner, AnyToken(), connections, load(None), by_get=True)
    app = Starlette(
        routes=[
            Route("/graphql", HTTPEndpoint(edge)),
            WebSocketRoute("/graphql", WebSocketEndpoint(edge, origins_of(chosen))),
            *Pages(sdl).routes(),
        ],
        middleware=middleware(chosen),
        exception_handlers=ERRORS,
    )
    app.state.connections = connections
    return app


@lru_cache(4)
def read_schema(sdl: str) -> GraphQLSchema:
    """Build a schema whose `DateTime` takes what the service's takes."""
    try:
        schema = build_schema(sdl)
    except (GraphQLError, TypeError) as problem:
        words = str(problem).partition("\n")[0]
        raise SettingsError(f"This is not a schema: {words}") from problem
    moment = schema.get_type("DateTime")
    if isinstance(moment, GraphQLScalarType):
        specified = {"parse_value": _read_moment, "parse_literal": _read_literal}
        vars(moment).update(specified)
    return schema


def _read_moment(value: Any) -> str:
    return show_moment(read_moment(value))


def _read_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> str:
    return _read_moment(getattr(node, "value", None))


@dataclass(frozen=True)
class Pages:
    sdl: str

    def routes(self) -> list[Route]:
        ready = [Route(path, self.ready) for path in ("/healthz", "/readyz")]
        return [Route("/schema.graphql", self.schema), *ready]

    async def schema(self, request: Request) -> Response:
        return PlainTextResponse(self.sdl)

    async def ready(self, request: Request) -> Response:
        return JSONResponse({"status": "ready", "mock": True})
