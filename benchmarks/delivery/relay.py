"""The floor: a process that passes on whatever it is fed to those who want it: `python -m benchmarks.delivery.relay PORT FEED`.

Subscribers shake hands as with the service and ask for one conversation. The feed says for which a frame is.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from collections import defaultdict
from typing import Any

import orjson
from uvicorn.loops.auto import auto_loop_factory

from benchmarks.wire import HANDSHAKE_END, length_of
from server.graphql.pushing import header

HOST = "127.0.0.1"
HEAD = struct.Struct(">HI")  # how long the conversation's name is, and the frame
ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
ACKNOWLEDGED = b'{"type":"connection_ack"}'

members: defaultdict[str, list[asyncio.Transport]] = defaultdict(list)


def fed(name: bytes, text: bytes) -> bytes:
    """Return what the feed says: a message for everybody who wants it."""
    whole = header(len(text)) + text
    return HEAD.pack(len(name), len(whole)) + name + whole


class Subscriber(asyncio.Protocol):
    def __init__(self) -> None:
        self.buffer = b""
        self.upgraded = False

    def connection_made(self, transport: Any) -> None:
        self.transport: asyncio.Transport = transport  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded and self.buffer.endswith(HANDSHAKE_END):
            self.upgraded, self.buffer = True, b""
            self.transport.write(ACCEPTED)
        while self.upgraded and (length := length_of(self.buffer)) is not None:
            if len(self.buffer) < length:
                return
            text, self.buffer = self.buffer[:length], self.buffer[length:]
            self._hear(orjson.loads(text[text.index(b"{") :]))

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            members[message["payload"]["variables"]["id"]].append(self.transport)
        self.transport.write(header(len(ACKNOWLEDGED)) + ACKNOWLEDGED)


async def _feed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            name, whole = HEAD.unpack(await reader.readexactly(HEAD.size))
            conversation = (await reader.readexactly(name)).decode()
            text = await reader.readexactly(whole)
            for transport in members[conversation]:
                transport.write(text)
    except asyncio.IncompleteReadError:
        writer.close()


async def main(port: str, feed: str) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(Subscriber, HOST, int(port), backlog=1024)
    server = await asyncio.start_server(_feed, HOST, int(feed))
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main(*sys.argv[1:]))
