"""The endpoint `/graphql`: POST for queries and mutations, WebSocket `graphql-transport-ws` for everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from schema.build import schema
from schema.context import Context, Services
from server.graphql.websocket import TransportHandler
from server.tokens import BadToken, bearer, verify

LARGEST_BODY = 256 * 1024
BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer every HTTP request in JSON, whatever is wrong with it."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        response: Response
        try:
            response = await self.run(Request(scope, bounded(receive)))
        except HTTPException as problem:
            response = refusal(problem.status_code, problem.reason)
        await response(scope, receive, send)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        try:
            return await super().parse_http_body(request)
        except (AttributeError, RecursionError, UnicodeDecodeError) as problem:
            raise HTTPException(400, "The body must be a JSON object with a `query`.") from problem

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        try:
            return await self.schema.execute(
                request_data.query,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=BY_POST,
            )
        except MissingQueryError as problem:
            raise HTTPException(400, "Send a document as `query`.") from problem
        except CannotGetOperationTypeError as problem:
            raise HTTPException(400, problem.as_http_error_reason()) from problem
        except InvalidOperationTypeError as problem:
            raise HTTPException(
                400, "Subscribe over WebSocket, with the protocol graphql-transport-ws."
            ) from problem

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

    def decode_json(self, data: str | bytes) -> Any:
        return orjson.loads(data)


def refusal(status: int, reason: str) -> Response:
    error = {"message": reason, "extensions": {"code": "BAD_USER_INPUT"}}
    return JSONResponse({"errors": [error]}, status)


def bounded(receive: Receive) -> Receive:
    """Refuse a body beyond the limit while it arrives, before it is kept."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, f"A request's body holds {LARGEST_BODY // 1024} kB at most.")
        return message

    return receive_some
