"""Ports on loopback."""

from __future__ import annotations

import asyncio
import random
import socket

HOST = "127.0.0.1"
given: set[int] = set()


def free_port() -> int:
    """Return a port of the range from which the system gives out none by itself, and never the same again."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as taken:
            if port not in given and taken.connect_ex((HOST, port)):
                given.add(port)
                return port


async def reachable(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True
