"""The revisions lead to the tables that the models describe, once, and back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import models
from domain.ids import new_id
from models.columns import Instant
from models.database import Database
from resolvers.auditing import verify
from server import migrating
from server.revisions import is_current, newest
from tests.databases import at, run
from tests.world import World

for module in iter_modules(models.__path__):
    import_module(f"models.{module.name}")

RIVALS = 8


def differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found: list[Any] = compare_metadata(context, SQLModel.metadata)
    return found


def checks(connection: sa.Connection) -> dict[str, set[str | None]]:
    inspector = sa.inspect(connection)
    return {
        table: {check["name"] for check in inspector.get_check_constraints(table)}
        for table in SQLModel.metadata.tables
    }


def conditions(connection: sa.Connection) -> set[str]:
    """Names of unique indexes that hold for some rows only."""
    inspector, where = sa.inspect(connection), f"{connection.dialect.name}_where"
    return {
        str(index["name"])
        for table in SQLModel.metadata.tables
        for index in inspector.get_indexes(table)
        if index["unique"] and where in index.get("dialect_options", {})
    }


def columns(connection: sa.Connection) -> dict[str, str]:
    inspector, dialect = sa.inspect(connection), connection.dialect
    return {
        f"{table}.{column['name']}": str(column["type"].compile(dialect))
        for table in SQLModel.metadata.tables
        for column in inspector.get_columns(table)
    }


async def ask(database: Database, question: Any) -> Any:
    async with database.engine.connect() as connection:
        return await connection.run_sync(question)


async def test_the_migrated_database_is_what_the_models_describe(database: Database) -> None:
    assert await ask(database, differences) == []


async def test_every_check_of_the_models_is_there(database: Database) -> None:
    described = {
        name: {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        for name, table in SQLModel.metadata.tables.items()
    }
    assert await ask(database, checks) == described


async def test_what_holds_for_some_rows_is_unique_there_only(database: Database) -> None:
    expected = {
        *("one_open_collaboration", "one_open_invitation", "one_participation", "one_primary"),
        *("one_hold", "one_primary_offer", "one_delegation", "one_open_authorization", "one_stage"),
    }
    assert await ask(database, conditions) == expected


async def test_columns_have_the_types_of_the_models(database: Database) -> None:
    dialect = database.engine.dialect
    described = {
        f"{name}.{column.name}": column.type.compile(dialect)
        for name, table in SQLModel.metadata.tables.items()
        for column in table.columns
    }
    assert await ask(database, columns) == described


async def test_a_migrated_database_is_current_and_stays_so(database: Database) -> None:
    assert await is_current(database)
    await migrating.migrate(database)
    assert await is_current(database)


def test_the_newest_revision_is_the_last_of_the_files() -> None:
    """Whether a database is current is told without loading what would bring it up to date."""
    assert ScriptDirectory.from_config(migrating._config()).get_heads() == [newest()]


async def test_the_way_back_leaves_nothing(database: Database) -> None:
    def downgrade(connection: sa.Connection) -> set[str]:
        config = migrating._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        return set(sa.inspect(connection).get_table_names())

    async with database.writing() as connection:
        assert await connection.run_sync(downgrade) == {"alembic_version"}
    assert not await is_current(database)
    await migrating.migrate(database)
    assert await ask(database, differences) == []


OLD_ENTRY = """
INSERT INTO audit_entry (id, organization_id, actor_kind, actor_id, operation, subject_id, outcome, occurred_at)
VALUES (:id, :organization_id, 'AGENT', :id, 'sendReply', :id, 'OK', :at)
"""
ENTRY_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "id": sa.Uuid(),
    "organization_id": sa.Uuid(),
    "at": Instant(),
}


async def test_entries_from_before_the_audits_chain_are_chained(
    database: Database, world: World
) -> None:
    """R158: a database that already has an audit keeps it, unbroken."""

    def back_with_entries(connection: sa.Connection) -> None:
        config = migrating._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        old = sa.text(OLD_ENTRY).bindparams(
            *(sa.bindparam(name, type_=kind) for name, kind in ENTRY_COLUMNS.items())
        )
        for moment in (
            datetime(2026, 1, 1, 8, 30, 0, 123456, UTC),
            datetime(2026, 1, 2, tzinfo=UTC),
        ):
            values = {"id": new_id(), "organization_id": world.organization, "at": moment}
            connection.execute(old, values)

    async with database.writing() as connection:
        await connection.run_sync(back_with_entries)
    await migrating.migrate(database)
    found = [each async for each in verify(database)]
    assert [(each.entries, each.broken) for each in found] == [(0, None), (2, None)]


async def race(url: str) -> None:
    rivals = [Database(url) for _ in range(RIVALS)]
    await asyncio.gather(*(migrating.migrate(rival) for rival in rivals))
    assert [await is_current(rival) for rival in rivals] == [True] * RIVALS
    for rival in rivals:
        await rival.dispose()


async def test_processes_may_migrate_a_sqlite_file_at_once(tmp_path: Path) -> None:
    await race(f"sqlite:///{tmp_path / '100 % new.db'}")


@pytest.fixture
def bare_postgresql(postgresql: str) -> str:
    run(postgresql, "DROP DATABASE IF EXISTS bare", "CREATE DATABASE bare")
    return at(postgresql, "bare")


async def test_processes_may_migrate_a_postgresql_database_at_once(bare_postgresql: str) -> None:
    await race(bare_postgresql)


async def test_migrating_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    await migrating.migrate(database)
    await database.dispose()
    assert capfd.readouterr() == ("", "")
