"""What stands between clients and servers: shares connections out in turn, and cuts or stalls them when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from scripts.chaos.ports import HOST, free_port

CHUNK = 65_536


class Link:
    """A connection in both directions. While `flowing` is not set, nothing moves."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = writers
        self.flowing = asyncio.Event()
        self.flowing.set()

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        self.flowing.clear()
        await asyncio.sleep(seconds)
        self.flowing.set()


class Proxy:
    def __init__(self, ports: Sequence[int], chance: Random) -> None:
        self.ports = list(ports)
        self.chance = chance
        self.port = free_port()
        self.links: set[Link] = set()
        self.next = 0
        self.server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._serve, HOST, self.port)

    async def stop(self) -> None:
        assert self.server, "it was started"
        self.server.close()
        for link in list(self.links):
            link.cut()
        await self.server.wait_closed()

    def some(self, share: float) -> list[Link]:
        """Return a part of the connections."""
        links = list(self.links)
        return self.chance.sample(links, max(1, int(len(links) * share))) if links else []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, back = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, back)
        self.links.add(link)
        try:
            await asyncio.gather(_pump(reader, back, link), _pump(onward, writer, link))
        finally:
            self.links.discard(link)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the server whose turn it is, or to the next one that answers."""
        for _ in self.ports:
            self.next = (self.next + 1) % len(self.ports)
            try:
                return await asyncio.open_connection(HOST, self.ports[self.next])
            except OSError:
                continue
        raise ConnectionRefusedError


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link) -> None:
    try:
        while some := await reader.read(CHUNK):
            await link.flowing.wait()
            writer.write(some)
            await writer.drain()
    except OSError:
        link.cut()
    writer.close()
