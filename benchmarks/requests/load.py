"""Load over keep-alive connections, with as little work for each request as can be.

Our own and not wrk: every mutation needs a body and a token of its own, and wrk comes from no package registry.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class Connection(asyncio.Protocol):
    """Sends one request after another. `taken` are the seconds that each answer took."""

    def __init__(
        self, requests: Iterator[bytes], until: Callable[[], bool], *, lenient: bool = False
    ) -> None:
        self.requests, self.until, self.lenient = requests, until, lenient
        self.well = False
        self.taken: list[float] = []
        self.buffer = b""
        self.needed: int | None = None
        self.body_at = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self) -> None:
        request = None if self.until() else next(self.requests, None)
        if request is None:
            self.done.set_result(None)
            return
        self.begun = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if self.needed is None:
            self._head()
        if self.needed is not None and len(self.buffer) >= self.needed:
            self._answered()

    def _head(self) -> None:
        at = self.buffer.find(HEAD_END)
        if at < 0:
            return
        head = self.buffer[:at].lower()
        self.well = head.startswith(b"http/1.1 200")
        self.body_at = at + len(HEAD_END)
        begins = head.index(LENGTH) + len(LENGTH)
        self.needed = self.body_at + int(head[begins:].split(b"\r", 1)[0])

    def _answered(self) -> None:
        self.taken.append(time.perf_counter() - self.begun)
        body, self.buffer, self.needed = self.buffer[self.body_at :], b"", None
        if not self.lenient and (not self.well or refused(body)):
            self.done.set_exception(AssertionError(body[:600]))
        else:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server hung up"))


def refused(body: bytes) -> bool:
    """Tell whether an answer has errors, its own or those of a mutation."""
    return b'"errors":[{' in body


async def load(
    port: int,
    requests: Iterator[bytes],
    connections: int,
    seconds: float | None = None,
    *,
    lenient: bool = False,
) -> tuple[list[float], float]:
    """Ask until the requests end or the time is over; return what each answer took, and how long all of it took.

    Any answer that is not a good one fails the run, unless `lenient`: then it only took its time.
    """
    loop = asyncio.get_running_loop()
    end = time.perf_counter() + (seconds or 1e9)

    def connection() -> Connection:
        return Connection(requests, lambda: time.perf_counter() > end, lenient=lenient)

    opened = [
        (await loop.create_connection(connection, "127.0.0.1", port))[1] for _ in range(connections)
    ]
    begun = time.perf_counter()
    for each in opened:
        each.ask()
    try:
        await asyncio.gather(*(each.done for each in opened))
        took = time.perf_counter() - begun
    finally:
        for each in opened:
            with suppress(RuntimeError):
                each.transport.close()
    return [taken for each in opened for taken in each.taken], took
