"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest

from tests.authorization.summary import pytest_terminal_summary
from tests.brokers import redis_server
from tests.databases import (
    anyio_backend,
    database,
    database_url,
    postgresql,
    postgresql_templates,
    postgresql_url,
    short_directory,
    sqlite_templates,
    sqlite_url,
    sweeper,
    world,
)
from tests.service import service

__all__ = [
    "anyio_backend",
    "database",
    "database_url",
    "postgresql",
    "postgresql_templates",
    "postgresql_url",
    "pytest_terminal_summary",
    "redis_server",
    "service",
    "short_directory",
    "sqlite_templates",
    "sqlite_url",
    "sweeper",
    "world",
]

PATIENCE_SECONDS = 60.0  # for a machine that has much else to do


@pytest.fixture(autouse=True, scope="session")
def patience() -> Iterator[None]:
    """Let a slow machine take its time; tests of the limit set their own."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("http", "running"):
            patch.setattr(f"server.graphql.{module}.REQUEST_SECONDS", PATIENCE_SECONDS)
        yield


# Streams whose reading differs; every kind of subscription is tried on SQLite.
TRIED_ON_BOTH = {"conversationEvents", "customerMessages"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to SQLite what does not depend on the database, or was tried on PostgreSQL in another way."""
    spared = {item for item in items if "postgresql" in item.name and _needs_one_database(item)}
    config.hook.pytest_deselected(items=list(spared))
    items[:] = [item for item in items if item not in spared]


def _needs_one_database(item: pytest.Item) -> bool:
    spec = getattr(item, "callspec", None)
    kind = getattr(spec.params.get("kind") if spec else None, "name", None)
    seldom = kind is not None and kind not in TRIED_ON_BOTH
    return seldom or item.get_closest_marker("one_database") is not None
