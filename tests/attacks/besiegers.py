"""Those who attack a running process all at once. Each returns what it saw; the test says what it must be."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import struct
import termios
from collections import Counter
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

EVIL = Origin("http://evil.example")
SUBPROTOCOLS = [Subprotocol("graphql-transport-ws")]
INBOX = "subscription { inbox { __typename cursor } }"
TEXTS = " ".join(f"a{n}: text" for n in range(7))
HUGE_NOTES = f"""subscription ($id: ID!) {{ internalNotes(conversationId: $id) {{
  note {{ {TEXTS} }} ... on NotesSnapshot {{ notes(last: 20) {{ nodes {{ {TEXTS} }} }} }} }} }}"""
MALFORMED = ("{", "[]", '{"type": 7}', b"\xff", "[" * 60_000, '{"type": "ping", "payload": 1}')
STUCK_OPERATIONS = 6
RECEIVE_BYTES = 4096
PAUSE_SECONDS = 0.05


def hello(token: str) -> str:
    payload = {"authorization": f"Bearer {token}"}
    return orjson.dumps({"type": "connection_init", "payload": payload}).decode()


def subscribe(id_: str, query: str, variables: Any = None) -> str:
    payload = {"query": query, "variables": variables}
    return orjson.dumps({"type": "subscribe", "id": id_, "payload": payload}).decode()


def calling(url: str, **more: Any) -> connect:
    """Open a socket that waits for a busy process as long as it takes."""
    return connect(
        url, subprotocols=SUBPROTOCOLS, proxy=None, open_timeout=60, ping_interval=None, **more
    )


async def flood_socket(url: str, token: str, attempts: int) -> Counter[str]:
    """Subscribe many times over one socket; return the types of the answers, or how it was closed."""
    seen: Counter[str] = Counter()
    async with calling(url) as line:
        try:
            await line.send(hello(token))
            assert orjson.loads(await line.recv())["type"] == "connection_ack"
            for number in range(attempts):
                await line.send(subscribe(str(number), INBOX))
                await asyncio.sleep(PAUSE_SECONDS)
            while sum(seen.values()) < attempts:
                frame = orjson.loads(await line.recv())
                if frame["type"] == "ping":
                    await line.send('{"type": "pong"}')
                else:
                    seen[kind_of(frame)] += 1
        except ConnectionClosed as closed:
            seen[f"closed {closed.rcvd.code if closed.rcvd else None}"] += 1
    return seen


def kind_of(frame: Any) -> str:
    """Name an answer: an event, or the code of the refusal."""
    if frame["type"] == "next" and "errors" not in frame["payload"]:
        return "next"
    errors = frame["payload"]["errors"] if frame["type"] == "next" else frame["payload"]
    return str(errors[0]["extensions"]["code"])


async def flood(url: str, tokens: list[str], sockets: int, attempts: int) -> Counter[str]:
    """Let everybody open more sockets than one may have, and fill each."""
    each = [flood_socket(url, token, attempts) for token in tokens for _ in range(sockets)]
    return sum(await asyncio.gather(*each), Counter())


async def send_malformed_frames(url: str, token: str, times: int) -> Counter[int | None]:
    """Send what is no message of the protocol, each on a socket of its own; return the codes it was closed with."""
    codes: Counter[int | None] = Counter()
    for number in range(times):
        async with calling(url) as line:
            await line.send(hello(token))
            await line.send(MALFORMED[number % len(MALFORMED)])
            await line.wait_closed()
            codes[line.close_code] += 1
        await asyncio.sleep(PAUSE_SECONDS)
    return codes


async def send_huge_bodies(address: str, times: int) -> Counter[int]:
    """Send ten megabytes over and over; return the statuses. 0 is a connection closed before the end."""
    codes: Counter[int] = Counter()
    content = b'{"query": "' + b"#" * 10_485_760 + b'"}'
    for _ in range(times):
        async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
            try:
                reply = await http.post(
                    f"{address}/graphql",
                    content=content,
                    headers={"content-type": "application/json"},
                )
                codes[reply.status_code] += 1
            except httpx.TransportError:
                codes[0] += 1
    return codes


async def knock_from_evil_pages(url: str, times: int) -> Counter[int]:
    """Open sockets as the page of another site would; return the statuses."""
    codes: Counter[int] = Counter()
    for _ in range(times):
        try:
            async with calling(url, origin=EVIL):
                codes[101] += 1
        except InvalidStatus as refused:
            codes[refused.response.status_code] += 1
        await asyncio.sleep(PAUSE_SECONDS)
    return codes


class Stuck:
    """A client that asks for much and reads nothing of it, by hand, so that no library reads for it."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(request)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    @property
    def unread(self) -> int:
        """How many bytes wait here for nobody."""
        told = fcntl.ioctl(self.socket, termios.FIONREAD, struct.pack("i", 0))
        return int(struct.unpack("i", told)[0])


def stuck_on_a_socket(port: int, token: str, conversation: str) -> Stuck:
    """Subscribe several times over a WebSocket, in one go: the answers wait for nobody."""
    asked = Stuck(port, upgrade(port))
    assert asked.socket.recv(12) == b"HTTP/1.1 101"
    asked.socket.sendall(framed(hello(token).encode()))
    for number in range(STUCK_OPERATIONS):
        text = subscribe(str(number), HUGE_NOTES, {"id": conversation})
        asked.socket.sendall(framed(text.encode()))
    return asked


def stuck_on_a_stream(port: int, token: str, conversation: str) -> Stuck:
    """Subscribe once by server-sent events."""
    return Stuck(port, stream(port, token, HUGE_NOTES, {"id": conversation}))


def stream(port: int, token: str, query: str, variables: Any) -> bytes:
    """Return a request for a stream."""
    body = orjson.dumps({"query": query, "variables": variables})
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def upgrade(port: int) -> bytes:
    """Return a request for a WebSocket."""
    return (
        f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    ).encode()


def framed(content: bytes, opcode: int = 1, *, last: bool = True) -> bytes:
    """Return a frame as a client sends it; of text unless another opcode is given."""
    size, key = len(content), os.urandom(4)
    head = bytes([0x80 * last | opcode, 0x80 | min(size, 126)])
    length = struct.pack("!H", size) if size > 125 else b""
    return head + length + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(content))
