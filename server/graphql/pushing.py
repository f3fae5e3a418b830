"""uvicorn's WebSocket protocol with one more way to write: a frame whose payload many sockets share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

PUSH = "huddle.push"
TEXT_FRAME = 0x81  # the last and only one of a message
SHORT, MEDIUM = 126, 1 << 16
UNABLE = {"push": lambda *parts: False}  # behind another server


class PushingProtocol(WebSocketsSansIOProtocol):
    """Puts `push` into the scope's extensions, where nothing is compressed."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope") and not self.config.ws_per_message_deflate:
            self.scope["extensions"][PUSH] = {"push": self.push}

    def push(self, *parts: bytes) -> bool:
        """Write a text frame of these parts now, or say that the socket does not take it now."""
        if self.close_sent or self.disconnected or not self.writable.is_set():
            return False
        if self.conn.state is not OPEN or self.transport.is_closing():
            return False
        text = b"".join(parts)
        self.transport.write(header(len(text)) + text)
        return True


def header(length: int) -> bytes:
    """Return what a server's frame of this length begins with."""
    if length < SHORT:
        return bytes((TEXT_FRAME, length))
    if length < MEDIUM:
        return bytes((TEXT_FRAME, SHORT)) + length.to_bytes(2, "big")
    return bytes((TEXT_FRAME, SHORT + 1)) + length.to_bytes(8, "big")


class Subscriber:
    """Where what one subscription is told goes: into `next` messages of its socket."""

    def __init__(
        self, scope: Scope, send_text: Callable[[bytes], Awaitable[None]], id_: str
    ) -> None:
        self.send_text = send_text
        self.before = b'{"type":"next","id":' + orjson.dumps(id_) + b',"payload":'
        self.write = scope["extensions"].get(PUSH, UNABLE)["push"]

    def push(self, payload: bytes) -> bool:
        return bool(self.write(self.before, payload, b"}"))

    async def send(self, payload: bytes) -> None:
        await self.send_text(self.before + payload + b"}")
