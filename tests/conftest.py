"""Fixtures for all tests."""

from tests.authorization.summary import pytest_terminal_summary
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
    "service",
    "short_directory",
    "sqlite_templates",
    "sqlite_url",
    "sweeper",
    "world",
]
