"""Connections that write: who waits does so elsewhere, and what is left open is not used again."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from domain.ids import new_id
from models.database import Database
from models.log import Deadline, deadlines
from models.unit_of_work import UnitOfWork, unit_of_work
from tests.world import World

COUNTED = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT max(i) FROM n"


def silent(heads: object) -> None:
    return None


async def due(work: UnitOfWork, world: World) -> None:
    await work.add(
        Deadline(
            kind=DeadlineKind.INVITATION_EXPIRES,
            subject_id=new_id(),
            conversation_id=world.conversation,
            due_at=await work.now(),
        )
    )
    await work.flush()


async def how_many(database: Database) -> int:
    return len(await database.all(sa.select(deadlines.c.subject_id)))


async def test_who_goes_away_leaves_nothing_behind(database: Database, world: World) -> None:
    before, stuck = await how_many(database), asyncio.Event()

    async def write() -> None:
        async with unit_of_work(database, silent) as work:
            await due(work, world)
            stuck.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    async with asyncio.timeout(10):
        await stuck.wait()
    writing.cancel()
    await asyncio.wait([writing])
    assert await how_many(database) == before
    async with unit_of_work(database, silent) as work:
        await due(work, world)
    assert await how_many(database) == before + 1
    assert len(database.writers.idle) == 1


async def test_a_transaction_left_open_is_ended_with_its_connection(database: Database) -> None:
    async with database.writers.turn() as writer:
        await writer.begin()
    assert not database.writers.idle
    async with unit_of_work(database, silent) as work:
        assert await work.now()
        assert work.writer is not writer


async def test_another_process_is_waited_for_in_the_thread(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await how_many(database)

    async def write() -> None:
        async with unit_of_work(database, silent) as work:
            await work.now()

    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(write())
        for _ in range(20):  # the loop goes on meanwhile
            await asyncio.sleep(0.01)
        assert not writing.done()
        rival.execute("COMMIT")
    await writing
    await database.dispose()


async def test_what_took_long_goes_to_the_thread(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    async with unit_of_work(database, silent) as work:
        assert (await work.fetch(COUNTED, ()))[0][0] == 200_000
        await work.fetch("SELECT 1", ())
    assert database.writers.long == {COUNTED}
    async with unit_of_work(database, silent) as work:
        monkeypatch.setattr(work.writer, "here", None)  # nothing may be asked there
        assert (await work.fetch(COUNTED, ()))[0][0] == 200_000
        monkeypatch.undo()
    await database.dispose()
