"""Many subscribers in one process, with as little work for each as can be: they count frames and note the time."""

from __future__ import annotations

import asyncio
import os
import time
from base64 import b64encode
from collections.abc import Sequence
from functools import partial

import orjson

OPENING_AT_ONCE = 50
HANDSHAKE_END = b"\r\n\r\n"


def frame(message: object) -> bytes:
    """Return a client's text frame; its mask of zeros leaves the bytes as they are."""
    text = orjson.dumps(message)
    length = len(text)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + text


class Subscriber(asyncio.Protocol):
    """Counts the frames that arrive; `at` is when the last one did, `seen` what it was where that is kept."""

    def __init__(self, crowd: Crowd, opening: Sequence[bytes]) -> None:
        self.crowd = crowd
        self.opening = list(opening)
        self.buffer = b""
        self.upgraded = False
        self.frames = 0

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
            assert b" 101 " in head, head
            self.upgraded, self.buffer = True, rest
            self._say()
        self._take()

    def _take(self) -> None:
        while (length := _length(self.buffer)) is not None and len(self.buffer) >= length:
            text, self.buffer = self.buffer[:length], self.buffer[length:]
            self._hear(text)

    def _hear(self, text: bytes) -> None:
        if self.opening:  # it is the acknowledgement
            self._say()
        elif b'"ping"' in text[:32]:
            self.transport.write(frame({"type": "pong"}))
        else:
            assert b'"errors"' not in text, text
            self.frames += 1
            self.crowd.note(text)

    def _say(self) -> None:
        self.transport.write(self.opening.pop(0))

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.lost += 1


def _length(buffer: bytes) -> int | None:
    """Return how many bytes the first frame has, None while that cannot be told."""
    if len(buffer) < 2:
        return None
    short = buffer[1]
    if short < 126:
        return 2 + short
    if len(buffer) < 4:
        return None
    return 4 + int.from_bytes(buffer[2:4], "big") if short == 126 else None


class Crowd:
    """`received` counts what came to all of them, `last` is the newest of it."""

    def __init__(self) -> None:
        self.members: list[Subscriber] = []
        self.received = 0
        self.last = b""
        self.lost = 0
        self.wanted = 0
        self.done = asyncio.Event()
        self.at = 0.0

    def note(self, text: bytes) -> None:
        self.received += 1
        self.last = text
        if self.received >= self.wanted:
            self.at = time.perf_counter()
            self.done.set()

    def expect(self, count: int) -> None:
        self.wanted = self.received + count
        self.done.clear()

    async def all_there(self, seconds: float = 600) -> None:
        async with asyncio.timeout(seconds):
            await self.done.wait()

    async def join(self, port: int, openings: Sequence[Sequence[bytes]]) -> None:
        """Connect them all, some at a time, and wait for what each is told first."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(openings), OPENING_AT_ONCE):
            some = openings[start : start + OPENING_AT_ONCE]
            self.expect(len(some))
            made = await asyncio.gather(
                *[
                    loop.create_connection(partial(Subscriber, self, each), "127.0.0.1", port)
                    for each in some
                ]
            )
            self.members += [protocol for _, protocol in made]
            await self.all_there()

    def leave(self) -> None:
        for member in self.members:
            member.transport.abort()


def opening(token: str, document: str, **variables: object) -> list[bytes]:
    """Return what a subscriber says: its token, then its subscription."""
    payload = {"query": document, "variables": variables}
    return [
        frame({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}),
        frame({"type": "subscribe", "id": "1", "payload": payload}),
    ]
