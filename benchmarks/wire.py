"""A subscriber's side of graphql-transport-ws, with as little work for each frame as can be."""

from __future__ import annotations

import asyncio
import os
from abc import abstractmethod
from base64 import b64encode
from collections.abc import Sequence

import orjson

HANDSHAKE_END = b"\r\n\r\n"


def frame(message: object) -> bytes:
    """Return a client's text frame; its mask of zeros leaves the bytes as they are."""
    text = orjson.dumps(message)
    length = len(text)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + text


def opening(token: str, document: str, **variables: object) -> list[bytes]:
    """Return what a subscriber says: its token, then its subscription."""
    payload = {"query": document, "variables": variables}
    return [
        frame({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}),
        frame({"type": "subscribe", "id": "1", "payload": payload}),
    ]


class Wire(asyncio.Protocol):
    """Shakes hands, says its opening word by word, and hears the frames that come after."""

    def __init__(self, opening: Sequence[bytes]) -> None:
        self.opening = list(opening)
        self.buffer = b""
        self.upgraded = False

    @abstractmethod
    def hear(self, text: bytes) -> None:
        """Take a frame, its header included."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = b64encode(os.urandom(16))
        transport.write(
            b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + key
            + b"\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded:
            head, found, rest = self.buffer.partition(HANDSHAKE_END)
            if not found:
                return
            if b" 101 " not in head:
                self.transport.abort()
                return
            self.upgraded, self.buffer = True, rest
            self._say()
        self._take()

    def _take(self) -> None:
        while (length := length_of(self.buffer)) is not None and len(self.buffer) >= length:
            text, self.buffer = self.buffer[:length], self.buffer[length:]
            self._hear(text)

    def _hear(self, text: bytes) -> None:
        if self.opening:  # it is the acknowledgement
            self._say()
        elif b'"ping"' in text[:32]:
            self.transport.write(frame({"type": "pong"}))
        else:
            self.hear(text)

    def _say(self) -> None:
        self.transport.write(self.opening.pop(0))


def length_of(buffer: bytes) -> int | None:
    """Return how many bytes the first frame has, None while that cannot be told."""
    if len(buffer) < 2:
        return None
    masked, short = 4 * (buffer[1] >> 7), buffer[1] & 0x7F
    if short < 126:
        return 2 + masked + short
    if len(buffer) < 4:
        return None
    return 4 + masked + int.from_bytes(buffer[2:4], "big") if short == 126 else None
