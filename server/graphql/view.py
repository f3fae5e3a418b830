"""The endpoint `/graphql`: POST for queries and mutations, WebSocket `graphql-transport-ws` for everything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage
from strawberry.types.unset import UNSET, UnsetType

from schema.build import schema
from schema.context import Context, Services
from server.tokens import BadToken, bearer, verify


class TransportHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """`expiry` closes the socket with 4403 when its token expires: come back with a new one."""

    expiry: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self.context.claims and self.expiry is None:
            self.expiry = asyncio.create_task(self._expire(self.context.claims.expires_at))

    async def _expire(self, at: datetime) -> None:
        await asyncio.sleep((at - datetime.now(UTC)).total_seconds())
        await self.websocket.close(code=4403, reason="Your token has expired.")

    async def shutdown(self) -> None:
        if self.expiry is not None:
            self.expiry.cancel()
        await super().shutdown()

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """Never close a whole socket for one operation's mistake: it gets an `error` frame."""
        return None


class GraphQLView(GraphQL[Context, None]):
    graphql_transport_ws_handler_class = TransportHandler

    def __init__(self, services: Services, secret: str) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=timedelta(seconds=5),
            max_subscriptions_per_connection=20,
        )
        self.services = services
        self.secret = secret

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        context = Context(self.services)
        if isinstance(request, Request):
            try:
                self._sign_in(context, request.headers.get("authorization"))
            except BadToken as problem:
                context.rejection = str(problem)
        return context

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Take the token from the first message. A bad one closes with 4403: come back with a new one."""
        given = {name.lower(): value for name, value in context.connection_params.items()}
        try:
            self._sign_in(context, given.get("authorization"))
        except BadToken as problem:
            raise ConnectionRejectionError from problem
        nothing: UnsetType = UNSET
        return nothing

    def _sign_in(self, context: Context, authorization: object) -> None:
        token = bearer(authorization)
        if token is not None:
            context.claims = verify(self.secret, token)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)
