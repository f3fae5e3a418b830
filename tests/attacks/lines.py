"""Connections by hand: every byte is one's own, and there is hardly any room for what is not read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.besiegers import RECEIVE_BYTES, framed, hello, upgrade
from tests.service import PATIENCE_SECONDS, Service


@dataclass
class Line:
    socket: socket.socket

    async def send(self, content: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, content)

    async def read(self, most: int = 65_536) -> bytes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.get_running_loop().sock_recv(self.socket, most)

    async def rest(self) -> bytes:
        """Return everything up to the end, however it ends."""
        found = b""
        with suppress(ConnectionResetError):
            while part := await self.read():
                found += part
        return found

    def is_held(self, port: int) -> bool:
        """Tell whether the service still has the other end: what nobody holds has no inode."""
        theirs, ours = f":{port:04X}", f":{self.socket.getsockname()[1]:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(r[1].endswith(theirs) and r[2].endswith(ours) and r[9] != "0" for r in rows)


@asynccontextmanager
async def connected(service: Service) -> AsyncIterator[Line]:
    with socket.socket() as bare:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        bare.setblocking(False)
        port = await port_of(service)
        await asyncio.get_running_loop().sock_connect(bare, ("127.0.0.1", port))
        yield Line(bare)


async def port_of(service: Service) -> int:
    await service.websocket_url()
    return int(service.address.rpartition(":")[2])


@asynccontextmanager
async def on_a_socket(service: Service) -> AsyncIterator[Line]:
    async with connected(service) as line:
        await line.send(upgrade(await port_of(service)))
        assert (await line.read()).startswith(b"HTTP/1.1 101")
        await line.send(framed(hello(str(service.agent("lin").token)).encode()))
        assert b"connection_ack" in await line.read()
        yield line


async def flooded(line: Line, parts: Iterator[bytes]) -> bytes:
    """Send until all is sent or the other end is gone; return what came back."""
    reading = asyncio.create_task(line.rest())
    with suppress(ConnectionError):
        for part in parts:
            await line.send(part)
    return await reading
