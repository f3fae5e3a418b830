"""Clients that subscribe and never read again."""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
import struct
from contextlib import suppress

import orjson

from schema.ids import encode
from scripts.chaos.ports import HOST
from scripts.chaos.scene import CROWD, Scene

SOCKETS_OF_ONE = 5
SMALL_BUFFER = 4_096
NOTES = "subscription ($id: ID!) { internalNotes(conversationId: $id) { cursor note { text } } }"


async def stick(scene: Scene, port: int, number: int) -> list[socket.socket]:
    """Let so many clients get stuck, and return what they hold."""
    held = []
    for each in range(min(number, CROWD * SOCKETS_OF_ONE)):
        with suppress(OSError, TimeoutError):
            held.append(await _stuck(scene.agent(f"crowd-{each % CROWD}"), scene, port))
    return held


async def _stuck(token: str, scene: Scene, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    client = socket.socket()
    client.setblocking(False)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    async with asyncio.timeout(5):
        await loop.sock_connect(client, (HOST, port))
        await loop.sock_sendall(client, _handshake(port))
        await loop.sock_recv(client, SMALL_BUFFER)
        hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
        await loop.sock_sendall(client, _frame(hello))
        await loop.sock_recv(client, SMALL_BUFFER)
        asked = {"query": NOTES, "variables": {"id": encode("Conversation", scene.crowded)}}
        await loop.sock_sendall(client, _frame({"type": "subscribe", "id": "1", "payload": asked}))
    return client


def _handshake(port: int) -> bytes:
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = [
        "GET /graphql HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: graphql-transport-ws",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _frame(message: object) -> bytes:
    """Return a masked text frame; the mask is zeros."""
    text = orjson.dumps(message)
    long = bytes([0x81, 0x80 | 126]) + struct.pack(">H", len(text))
    head = long if len(text) > 125 else bytes([0x81, 0x80 | len(text)])
    return head + bytes(4) + text
