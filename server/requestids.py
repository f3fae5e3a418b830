"""Every HTTP request has an id: in its answer's header, in the log, and in what is told of a failure."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.logs import identified


@dataclass(frozen=True)
class RequestIds:
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with identified() as request_id:
            known = request_id.encode()

            async def send_with_id(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"x-request-id", known)]
                await send(message)

            await self.app(scope, receive, send_with_id)
