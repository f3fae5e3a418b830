"""Fixtures for all tests."""

from tests.authorization.summary import pytest_terminal_summary
from tests.databases import (
    anyio_backend,
    database,
    database_url,
    postgresql,
    postgresql_template,
    postgresql_url,
    short_directory,
    sqlite_template,
    sqlite_url,
)
from tests.service import service, world

__all__ = [
    "anyio_backend",
    "database",
    "database_url",
    "postgresql",
    "postgresql_template",
    "postgresql_url",
    "pytest_terminal_summary",
    "service",
    "short_directory",
    "sqlite_template",
    "sqlite_url",
    "world",
]
