"""Brings the database to the newest revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from models.database import Database
from server.revisions import history

LOCK = int.from_bytes(b"huddle")  # PostgreSQL knows advisory locks by number


async def migrate(database: Database) -> None:
    """Upgrade in one transaction. Of several processes one works; the others wait and find it done."""
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        await connection.run_sync(_upgrade)


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    """Return what alembic.ini would say."""
    config = Config()
    config.set_main_option("script_location", str(history()).replace("%", "%%"))
    return config
