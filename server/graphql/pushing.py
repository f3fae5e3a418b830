"""uvicorn's WebSocket protocol with one more way to write: a frame whose payload many sockets share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import orjson
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

PUSH = "huddle.push"
TEXT_FRAME = 0x81  # the last and only one of a message
SHORT, MEDIUM = 126, 1 << 16

Write = Callable[[bytes], None]


@lru_cache(maxsize=1024)
def header(length: int) -> bytes:
    """Return what a server's frame of this length begins with."""
    if length < SHORT:
        return bytes((TEXT_FRAME, length))
    if length < MEDIUM:
        return bytes((TEXT_FRAME, SHORT)) + length.to_bytes(2, "big")
    return bytes((TEXT_FRAME, SHORT + 1)) + length.to_bytes(8, "big")


def framed(text: bytes) -> bytes:
    return header(len(text)) + text


PING = framed(b'{"type":"ping"}')
PONG = b'{"type":"pong"}'


class Channel:
    """The short way to a socket. `write` is None while nothing can be written at once.

    A ping is `asked` until its pong is there, which nobody else needs to hear of.
    """

    __slots__ = ("asked", "write")

    def __init__(self) -> None:
        self.write: Write | None = None
        self.asked = False

    def ping(self) -> bool:
        if self.write is None:
            return False
        self.asked = True
        self.write(PING)
        return True


NO_CHANNEL = Channel()  # behind another server


class PushingProtocol(WebSocketsSansIOProtocol):
    """Puts a channel into the scope's extensions, which is open as long as the socket takes frames at once.

    What the handshake was made of is let go of: a socket is held for hours.
    """

    channel = NO_CHANNEL
    ended = False

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope") and not self.config.ws_per_message_deflate:
            self.channel = Channel()
            extensions: dict[str, Any] = self.scope["extensions"] or {}
            extensions[PUSH] = self.channel

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept" and self.conn.state is OPEN:
            del self.request, self.response
            self._open()
        elif message["type"] == "websocket.close":
            self._shut()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.handshake_complete and self.conn.state is not OPEN:
            self._shut()

    def handle_text(self, event: Any) -> None:
        if self.channel.asked and event.data == PONG and event.fin:
            self.channel.asked = False
        else:
            super().handle_text(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.channel.write = None

    def resume_writing(self) -> None:
        super().resume_writing()
        self._open()

    def shutdown(self) -> None:
        self._shut()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._shut()
        super().connection_lost(exc)

    def _open(self) -> None:
        if self.channel is not NO_CHANNEL and not self.ended and self.handshake_complete:
            self.channel.write = self.transport.write

    def _shut(self) -> None:
        self.ended, self.channel.write = True, None


class Subscriber:
    """Where what one subscription is told goes: into `next` messages of its socket."""

    __slots__ = ("before", "channel", "send_text")

    def __init__(
        self, channel: Channel, send_text: Callable[[bytes], Awaitable[None]], id_: str
    ) -> None:
        self.channel = channel
        self.send_text = send_text
        self.before = _before(id_)

    def push(self, payload: bytes) -> bool:
        write = self.channel.write
        if write is None:
            return False
        write(_frame(self.before, payload))
        return True

    async def send(self, payload: bytes) -> None:
        await self.send_text(self.before + payload + b"}")


@lru_cache(maxsize=64)
def _frame(before: bytes, payload: bytes) -> bytes:
    """Return what all write who number their operations alike: it is put together once."""
    return framed(before + payload + b"}")


@lru_cache(maxsize=1024)
def _before(id_: str) -> bytes:
    """Return what comes before a payload; many clients number their operations alike."""
    return b'{"type":"next","id":' + orjson.dumps(id_) + b',"payload":'
