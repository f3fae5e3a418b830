"""A client of HTTP while the fan-out goes on, in a process of its own: how long do its requests take?"""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import suppress

import orjson

EVERY_SECONDS = 0.002
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main(port: str) -> None:
    """Ask again and again until the input ends; then print the milliseconds that each answer took."""
    with suppress(OSError):
        os.nice(-10)
    taken, connection = [], socket.create_connection(("127.0.0.1", int(port)))
    os.set_blocking(sys.stdin.fileno(), False)
    while sys.stdin.buffer.read() is None:
        begun = time.perf_counter()
        connection.sendall(REQUEST)
        connection.recv(65536)
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(EVERY_SECONDS)
    sys.stdout.buffer.write(orjson.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
