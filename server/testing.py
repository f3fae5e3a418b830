"""Fixtures for the tests of those who build clients: put `pytest_plugins = ["server.testing"]` into a conftest.py.

`huddle_url` is the demo in this process, `huddle_token` tokens of its people, `huddle_mock_url` example data.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest
from starlette.applications import Starlette

from models.database import Database
from schema.build import sdl
from server.app import build_app
from server.demo.listing import DemoPerson, people
from server.demo.loading import load
from server.migrating import migrate
from server.mock.app import build_mock
from server.serving import Server, configured, prepare_socket
from server.settings import Settings
from server.tokens import sign

START_SECONDS = 30.0


@dataclass(frozen=True)
class Demo:
    """The running demo, and who is in it by their keys."""

    url: str
    secret: str
    people: dict[str, DemoPerson]

    def token(self, key: str) -> str:
        """Return a token of a person of the demo; `huddle demo` lists the keys."""
        if key not in self.people:
            raise LookupError(f"Nobody in the demo has the key {key}: {', '.join(self.people)}.")
        person = self.people[key]
        return sign(self.secret, person.kind, person.id, person.conversation_id)


@pytest.fixture(scope="session")
def huddle_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Serve the demo on a free port with a database of its own, once for all tests."""
    path = tmp_path_factory.mktemp("huddle") / "huddle.db"
    secret = secrets.token_urlsafe(48)
    chosen = Settings(database_url=f"sqlite:///{path}", jwt_secret=secret, rates=None)
    with ThreadPoolExecutor(1) as aside:  # a loop may be running here
        persons = aside.submit(asyncio.run, _prepare(chosen.database_url)).result()
    with served(build_app(chosen)) as address:
        yield Demo(f"{address}/graphql", secret, {person.key: person for person in persons})


@pytest.fixture(scope="session")
def huddle_url(huddle_demo: Demo) -> str:
    """The address of the demo's `/graphql`."""
    return huddle_demo.url


@pytest.fixture(scope="session")
def huddle_token(huddle_demo: Demo) -> Callable[[str], str]:
    """Return a function that returns a token for a key like `lin`."""
    return huddle_demo.token


@pytest.fixture(scope="session")
def huddle_mock_url() -> Iterator[str]:
    """The address of a mock's `/graphql`: example data of seed 0, an event every tenth of a second."""
    with served(build_mock(Settings(), sdl(), seed=0, every=0.1)) as address:
        yield f"{address}/graphql"


async def _prepare(database_url: str) -> list[DemoPerson]:
    database = Database(database_url)
    try:
        await migrate(database)
        await load(database)
        return await people(database)
    finally:
        await database.dispose()


@contextmanager
def served(app: Starlette, port: int = 0) -> Iterator[str]:
    """Serve an application in a thread until the block ends; yield its address. Any free port unless said."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        prepare_socket(listening)
        server = Server(configured(app))
        thread = Thread(target=server.run, args=([listening],), name="huddle")
        thread.start()
        try:
            _wait(server, thread)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _wait(server: Server, thread: Thread) -> None:
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("The server did not start; what it printed says why.")
        time.sleep(0.01)
