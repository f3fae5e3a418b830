"""A proxy that cuts and stalls the connections through it, at moments that the seed decides."""

from __future__ import annotations

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


class Link:
    """One connection in both directions."""

    def __init__(self, near: StreamWriter, far: StreamWriter) -> None:
        self.near = near
        self.far = far
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def carry(self, source: StreamReader, sink: StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await source.read(65_536):
                await self.flowing.wait()
                sink.write(chunk)
                await sink.drain()
        self.cut()

    def cut(self) -> None:
        self.near.transport.abort()
        self.far.transport.abort()
        self.flowing.set()


@dataclass
class Faults:
    target: str
    random: random.Random
    address: str = ""
    cuts: int = 0
    links: set[Link] = field(default_factory=set)

    async def accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        there = urlsplit(self.target)
        far_reader, far_writer = await asyncio.open_connection(there.hostname, there.port)
        link = Link(writer, far_writer)
        self.links.add(link)
        try:
            await asyncio.gather(link.carry(reader, far_writer), link.carry(far_reader, writer))
        finally:
            self.links.discard(link)

    async def strike(self, times: int) -> None:
        """Cut so often; a part of the connections stands still for a while first, or goes on."""
        while self.cuts < times:
            await asyncio.sleep(self.random.uniform(0.05, 0.35))
            if not self.links:
                continue
            link = self.random.choice(list(self.links))
            if stalls := self.random.random() < 0.3:
                link.flowing.clear()
                await asyncio.sleep(self.random.uniform(0.05, 0.4))
                link.flowing.set()
            if link in self.links and not (stalls and self.random.random() < 0.5):
                self.cuts += 1
                link.cut()


@asynccontextmanager
async def faults_before(target: str, seed: int) -> AsyncGenerator[Faults]:
    faults = Faults(target, random.Random(seed))
    listening = await asyncio.start_server(faults.accept, "127.0.0.1", 0)
    faults.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield faults
    finally:
        listening.close()
        for link in list(faults.links):
            link.cut()
