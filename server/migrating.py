"""Brings the database to the newest revision, and tells whether it is there."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import Database

LOCK = int.from_bytes(b"huddle")  # PostgreSQL knows advisory locks by number


async def migrate(database: Database) -> None:
    """Upgrade in one transaction. Of several processes one works; the others wait and find it done."""
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    async with database.reading.connect() as connection:
        return await connection.run_sync(_revisions) == _newest()


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revisions(connection: sa.Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


@cache
def _newest() -> set[str]:
    return set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    """Return what alembic.ini would say. The package is found, not imported: its history is data."""
    package = find_spec("migrations")
    assert package, "the migrations are installed with the product"
    assert package.submodule_search_locations, "the migrations are a package"
    config = Config()
    location = package.submodule_search_locations[0].replace("%", "%%")
    config.set_main_option("script_location", location)
    return config
