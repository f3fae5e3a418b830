"""Which revision the database is at, and which is the newest: told without the tool that brings it there."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from models.database import Database

TABLE = "alembic_version"
VERSIONS = sa.select(sa.column("version_num", sa.Text)).select_from(sa.table(TABLE))


async def is_current(database: Database) -> bool:
    async with database.reading.connect() as connection:
        return await connection.run_sync(_revisions) == [newest()]


def _revisions(connection: sa.Connection) -> list[str]:
    if not sa.inspect(connection).has_table(TABLE):
        return []
    return list(connection.scalars(VERSIONS))


@cache
def newest() -> str:
    """Return the last of the history's files, which are named by their revisions."""
    names = [path.name for path in (history() / "versions").glob("[0-9]*.py")]
    return max(names).partition("_")[0]


def history() -> Path:
    """Return where the revisions are. The package is found, not imported: its history is data."""
    package = find_spec("migrations")
    assert package, "the migrations are installed with the product"
    assert package.submodule_search_locations, "the migrations are a package"
    return Path(package.submodule_search_locations[0])
