"""The WebSocket edge: `graphql-transport-ws`, strict about messages and about the token's time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage

from schema.context import Context


class TransportHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """`expiry` closes the socket with 4403 when its token expires: come back with a new one."""

    expiry: asyncio.Task[None] | None = None

    async def handle_message(self, message: Any) -> None:
        """Close with 4400 on what is no message of the protocol."""
        if well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("This is no message of graphql-transport-ws")

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


def well_formed(message: Any) -> bool:
    """Tell whether a message has the shape that its type demands."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] not in {"subscribe", "complete"}:
        return True
    named = isinstance(message.get("id"), str) and message["id"] != ""
    return named and (message["type"] == "complete" or _is_request(message.get("payload")))


def _is_request(payload: Any) -> bool:
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
