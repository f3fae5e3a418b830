"""Connections that only read: who waits for whom, and what is in a thread."""

from __future__ import annotations

import asyncio

import pytest

from domain.ids import new_id
from models import readers as readers_module
from models.database import Database
from models.readers import PostgreSQLReaders, SQLiteReaders
from tests.models.things import ALL, AMONG, EMPTY, FULL


class _All(set[str]):
    def __contains__(self, text: object) -> bool:
        return True


@pytest.fixture(params=["here", "sent"])
def asked(request: pytest.FixtureRequest, known: Database) -> Database:
    """SQLite reads at once, or in a thread what is known to take long."""
    if request.param == "sent" and isinstance(known.readers, SQLiteReaders):
        known.readers.long = _All()
    return known


@pytest.mark.one_database
async def test_what_takes_long_goes_to_a_thread_and_is_known_from_then_on(known: Database) -> None:
    assert isinstance(known.readers, SQLiteReaders)
    counting = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {})"
        " SELECT count(*) FROM n"
    )
    short, long = counting.format(100), counting.format(100_000)
    for _ in range(300):  # all together they take long, each by itself does not
        assert (await known.fetch(short, []))[0][0] == 100
    for _ in range(2):
        assert (await known.fetch(long, []))[0][0] == 100_000
    assert known.readers.long == {long}


async def test_many_at_once_are_each_answered(asked: Database) -> None:
    known = asked
    ids = [FULL.id, EMPTY.id, new_id()] * 30
    found = await asyncio.gather(*(AMONG.all(known, None, "id", values=[id_]) for id_ in ids))
    assert [[view.id for view in views] for views in found] == [
        [id_] if id_ in {FULL.id, EMPTY.id} else [] for id_ in ids
    ]
    async with asyncio.timeout(30):
        while known.readers.busy:  # noqa: ASYNC110  # nothing to wait for
            await asyncio.sleep(0)


async def test_half_of_the_connections_are_taken_before_operations_are_content_with_one(
    known: Database,
) -> None:
    readers = known.readers
    assert readers.in_turn is isinstance(readers, SQLiteReaders)
    if isinstance(readers, PostgreSQLReaders):
        tasks = [asyncio.create_task(ALL.all(known)) for _ in range(readers.most // 2)]
        await asyncio.sleep(0)
        assert readers.in_turn
        await asyncio.gather(*tasks)
        assert not readers.in_turn


async def test_what_is_asked_when_a_reader_has_just_finished_is_read(
    asked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gets an answer may ask again in the very turn in which the last reader comes back."""
    monkeypatch.setattr(readers_module, "LANES", 1)
    async with asyncio.timeout(30):
        for _ in range(3):
            assert len(await ALL.all(asked)) == 2


async def test_whoever_goes_takes_nobody_along(known: Database) -> None:
    """Of those who ask at once, one is canceled."""
    if isinstance(known.readers, SQLiteReaders):
        known.readers.long = _All()  # else each has its answer as soon as it asks
    tasks = [asyncio.create_task(ALL.all(known)) for _ in range(8)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(isinstance(views, list) and len(views) == 2 for views in found[1:])
    assert len(await ALL.all(known)) == 2
