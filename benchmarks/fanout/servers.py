"""The three that are compared, each a process of its own: `python -m benchmarks.fanout.servers KIND SEED PORT`.

All speak graphql-transport-ws to subscribers, and have `/publish` (one event to all), `/cpu` (CPU seconds of the
process so far) and `/healthz`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from benchmarks.fanout.seed import post
from resolvers.actors import Claims
from schema.build import schema
from schema.context import Context, Services
from server.app import build_app
from server.graphql.pushing import PUSH, framed
from server.serving import Server, configured, prepare_socket, settle
from server.settings import Settings
from server.tokens import verify

BETWEEN_YIELDS = 250  # of the floor
SECRET = "a secret for measurements only, long enough"
DOCUMENT = """
subscription ($id: ID!) {
  conversationEvents(conversationId: $id) {
    __typename id cursor occurredAt actor { kind agent { name } }
    ... on CustomerMessagePosted { message { id author text sentAt sentBy { name } } }
  }
}
"""


async def cpu(request: Request) -> Response:
    return JSONResponse(time.process_time())


async def alive(request: Request) -> Response:
    return PlainTextResponse("alive")


async def collect(request: Request) -> Response:
    gc.collect()
    return PlainTextResponse("collected")


COMMON = [Route("/cpu", cpu), Route("/collect", collect)]


def ours(seed: Mapping[str, Any]) -> Starlette:
    """Build the product as it is served."""
    app = build_app(
        Settings(database_url=seed["database"], jwt_secret=SECRET, rates=None, playground=False)
    )

    async def publish(request: Request) -> Response:
        await post(app.state.database, app.state.wake, UUID(seed["conversation"]), "ours")
        return PlainTextResponse("published")

    app.router.routes[:0] = [*COMMON, Route("/publish", publish, methods=["POST"])]
    return app


def stock(seed: Mapping[str, Any]) -> Starlette:
    """Build strawberry's own view over the same schema, log and wake-ups: one execution for each subscriber."""
    app = ours(seed)

    class View(GraphQL[Context, None]):
        async def get_context(self, request: Any, response: Any) -> Context:
            context = Context(services)
            context.connection_params = None  # type: ignore[attr-defined]  # strawberry looks for it
            return context

        async def on_ws_connect(self, context: Any) -> Any:
            token = context.connection_params["Authorization"].removeprefix("Bearer ")
            claims: Claims = verify(SECRET, token)
            context.claims = claims

    services: Services = app.state.runner.followings.shapes.services
    view = View(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
    app.router.routes.insert(0, WebSocketRoute("/graphql", view))
    return app


def raw(seed: Mapping[str, Any]) -> Starlette:
    """Build the floor: the bytes of an answer, prepared once, written to each transport in a loop."""
    members: list[Any] = []
    payload = orjson.dumps({"id": "1", "type": "next", "payload": seed["answer"]})

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept("graphql-transport-ws")
        await websocket.receive_text()
        await websocket.send_text('{"type":"connection_ack"}')
        await websocket.receive_text()
        write = scope["extensions"][PUSH].write
        members.append(write)
        write(framed(payload))  # as a snapshot
        await websocket.receive()

    async def publish(request: Request) -> Response:
        frame = framed(payload)
        for number, write in enumerate(members, 1):
            write(frame)
            if number % BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)
        return PlainTextResponse("published")

    class Endpoint:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await endpoint(scope, receive, send)

    routes = [
        WebSocketRoute("/graphql", Endpoint()),
        Route("/publish", publish, methods=["POST"]),
        Route("/healthz", alive),
        *COMMON,
    ]
    return Starlette(routes=routes)


KINDS = {"ours": ours, "raw": raw, "stock": stock}


class Bare(Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super(Server, self).shutdown(sockets)


def main(kind: str, seed_path: str, port: str) -> None:
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    app = KINDS[kind](orjson.loads(Path(seed_path).read_bytes()))
    if kind != "stock":  # which is as it comes
        settle()
    with socket.create_server(("127.0.0.1", int(port)), backlog=4096) as listening:
        prepare_socket(listening)
        config = configured(app)
        config.backlog = 4096
        Bare(config).run([listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
