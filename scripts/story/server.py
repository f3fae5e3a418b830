"""A server of the story's own, and tokens for its people, both from the command line."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from scripts.story.telling import Unexpected

HUDDLE = Path(__file__).resolve().parent.parent.parent / ".venv/bin/huddle"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    address: str
    directory: Path
    environment: Mapping[str, str]


@asynccontextmanager
async def serving() -> AsyncGenerator[Server]:
    """Serve the demo from an empty directory until the block ends."""
    with TemporaryDirectory(prefix="huddle-story-") as path:
        environment = _clean() | {"HUDDLE_DATABASE_URL": f"sqlite:///{path}/huddle.db"}
        port = free_port()
        server = Server(f"http://127.0.0.1:{port}", Path(path), environment)
        process = await _start(server, "serve", "--demo", "--port", str(port))
        try:
            await _until_ready(process, server.address)
            yield server
        finally:
            await _stop(process)


async def tokens(server: Server, keys: Sequence[str]) -> dict[str, str]:
    """Return what `huddle token KEY` prints for each key."""
    printed = await asyncio.gather(*(_output(server, "token", key) for key in keys))
    return dict(zip(keys, printed, strict=True))


def _clean() -> dict[str, str]:
    """Return the environment without settings that belong to somebody else's server."""
    foreign = ("HUDDLE_", "PYTHON")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(foreign) and name != "PORT"
    }


def free_port() -> int:
    """Return a port below those that outgoing connections are given."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise Unexpected("No port is free.")


async def _start(server: Server, *words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        HUDDLE, *words, cwd=server.directory, env=server.environment, stdout=PIPE, stderr=PIPE
    )


async def _output(server: Server, *words: str) -> str:
    process = await _start(server, *words)
    printed, complaint = await process.communicate()
    if process.returncode:
        raise Unexpected(f"huddle {' '.join(words)}: {complaint.decode()}")
    return printed.decode().strip()


async def _until_ready(process: Process, address: str) -> None:
    async with aiohttp.ClientSession() as web:
        for _ in range(int(PATIENCE_SECONDS / 0.1)):
            if process.returncode is not None:
                _, complaint = await process.communicate()
                raise Unexpected(f"The server did not start: {complaint.decode()}")
            try:
                async with web.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)
    raise Unexpected("The server was not ready in time.")


async def _stop(process: Process) -> None:
    """End the server by its process id, politely first."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        raise Unexpected("The server did not stop when it was told to.") from None
