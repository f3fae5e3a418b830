"""A relay between a client and the server that keeps every byte the client is sent."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65_536


@dataclass
class Relay:
    target: str
    address: str = ""
    received: bytearray = field(default_factory=bytearray)

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Carry one connection in both directions until either side ends it."""
        there = urlsplit(self.target)
        server_reader, server_writer = await asyncio.open_connection(there.hostname, there.port)
        both = (
            self._copy(reader, server_writer, None),
            self._copy(server_reader, writer, self.received),
        )
        await asyncio.gather(*both)

    async def _copy(self, source: StreamReader, sink: StreamWriter, kept: bytearray | None) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(CHUNK):
                if kept is not None:
                    kept += chunk
                sink.write(chunk)
                await sink.drain()
        sink.close()


@asynccontextmanager
async def relaying(target: str) -> AsyncGenerator[Relay]:
    relay = Relay(target)
    listening = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    relay.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        listening.close()
