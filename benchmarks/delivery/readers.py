"""Readers: each follows one conversation, notes when it heard of what, and comes back whenever its connection is lost."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import orjson

from benchmarks.fanout.servers import DOCUMENT as LIVE
from benchmarks.wire import Wire, opening
from domain.cursors import read_cursor
from scripts.chaos.ports import HOST
from scripts.chaos.scene import Place
from scripts.chaos.waiting import ended, until

DOCUMENT = LIVE.replace("($id: ID!)", "($id: ID!, $after: Cursor)").replace(
    "(conversationId: $id)", "(conversationId: $id, after: $after)"
)
AGAIN_SECONDS = (0.02, 0.1)
CONNECTING_SECONDS = 5.0
SAID = re.compile(rb'"text":"(\d+) ')
PLACE = re.compile(rb'"cursor":"([\w-]+)"')


@dataclass
class Reader:
    """`ports` are those of the next connections: all readers draw from the same, as if a balancer were between. `heard` is when
    it heard of an event, by number.
    """

    key: str
    place: Place
    token: str
    ports: Iterator[int]
    heard: dict[int, float] = field(default_factory=dict)
    sequences: list[int] = field(default_factory=list)
    cursor: str | None = None
    frame: bytes = b""
    began: bool = False
    port: int | None = None
    connections: int = 0
    ended_at: float | None = None
    told: str = ""

    async def follow(self) -> None:
        """Follow until told that it is over."""
        while self.ended_at is None:
            try:
                await self._once(next(self.ports))
            except OSError:
                await asyncio.sleep(0.005)  # the next one may be there
                continue
            await asyncio.sleep(random.uniform(*AGAIN_SECONDS))

    async def _once(self, port: int) -> None:
        wire = Connection(self)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECTING_SECONDS):
            await loop.create_connection(lambda: wire, HOST, port)
        self.port, self.connections = port, self.connections + 1
        try:
            await wire.lost
        finally:
            self.port = None
            wire.transport.abort()

    def words(self) -> list[bytes]:
        return opening(self.token, DOCUMENT, id=self.place.node, after=self.cursor)

    def hear(self, text: bytes) -> bool:
        """Take what was told; say whether it goes on."""
        now = time.perf_counter()
        if b'"errors":' in text or b'"type":"next"' not in text[:40]:
            self.ended_at, self.told = self.ended_at or now, self.told or _code(text)
            return False
        self.began, self.frame = True, text
        if place := PLACE.search(text):
            self.cursor = place[1].decode()
            self.sequences.append(read_cursor(self.cursor).sequence)
        if said := SAID.search(text):
            self.heard.setdefault(int(said[1]), now)
        return True

    @property
    def wrong(self) -> int:
        """How often something was missing, doubled or out of order."""
        return sum(later != earlier + 1 for earlier, later in pairwise(self.sequences))


def _code(text: bytes) -> str:
    found = re.search(rb'"code":"(\w+)"', text)
    return found[1].decode() if found else text[:200].decode(errors="replace")


class Heard(Reader):
    """One who hears the relay: it says nothing but events."""

    def hear(self, text: bytes) -> bool:
        self.began = True
        if said := SAID.search(text):
            self.heard[int(said[1])] = time.perf_counter()
        return True


class Connection(Wire):
    """`lost` is done when the connection is."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.words())
        self.reader = reader
        self.lost = asyncio.get_running_loop().create_future()

    def hear(self, text: bytes) -> None:
        if not self.reader.hear(text):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


class Following:
    """Readers who follow, until the block is left."""

    def __init__(self, readers: Sequence[Reader], seconds: float = 120) -> None:
        self.readers = readers
        self.seconds = seconds
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Sequence[Reader]:
        self.tasks = [asyncio.create_task(reader.follow()) for reader in self.readers]
        await until(lambda: all(reader.began for reader in self.readers), self.seconds)
        return self.readers

    async def __aexit__(self, *_: object) -> None:
        if problems := await ended(self.tasks):
            raise ExceptionGroup("readers failed", problems)


def latencies(readers: Sequence[Reader], committed: Mapping[int, float]) -> list[float]:
    """Return how long each delivery of these events took, in seconds."""
    return [
        at - committed[number]
        for reader in readers
        for number, at in reader.heard.items()
        if number in committed
    ]


def template_of(frame: bytes, marker: bytes) -> bytes:
    """Return the message of a frame with the marker in the place of the event's number."""
    text = frame[frame.index(b"{") :]
    assert orjson.loads(text)["type"] == "next", text
    return SAID.sub(b'"text":"' + marker + b" ", text)
