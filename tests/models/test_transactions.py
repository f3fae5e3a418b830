"""What nobody waits for is written together, and as if it had been written at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from domain.events import ConversationOpened, InvitationCreated
from domain.ids import new_id
from domain.streams import conversation_stream, inbox
from models.conversations import conversations
from models.database import Database
from models.drivers import has_ended
from models.given import FEW
from models.log import Deadline, deadlines, events
from models.prepared import prepared
from models.transactions import Kept, composed
from models.unit_of_work import UnitOfWork, unit_of_work
from tests.world import FAR, World

KINDS = (DeadlineKind.INVITATION_EXPIRES, DeadlineKind.INVITATION_REMINDS)
c, d, e = conversations.c, deadlines.c, events.c
RENAME = prepared(
    lambda _, key, name: sa.update(conversations).where(c.id == key).values(subject=name)
)


def silent(heads: object) -> None:
    return None


def due(world: World, kind: DeadlineKind, subject_id: UUID) -> Deadline:
    return Deadline(
        kind=kind, subject_id=subject_id, conversation_id=world.conversation, due_at=FAR
    )


async def write(work: UnitOfWork, world: World, subject_id: UUID) -> None:
    """Rows of one table at two times, a change, and events of two streams."""
    await work.add(due(world, KINDS[0], subject_id))
    await work.later(RENAME, key=world.conversation, name="Renamed")
    await work.add(due(world, KINDS[1], subject_id))
    here = conversation_stream(world.conversation), inbox(world.agents["lin"])
    work.record(ConversationOpened(world.conversation), *here)
    work.record(InvitationCreated(subject_id), here[0])


async def test_everything_is_one_statement(database: Database, world: World) -> None:
    """On PostgreSQL; on SQLite each text is told of once."""
    ran: list[str] = []
    subject_id = new_id()

    def note(_c: object, _u: object, text: str, *_: object) -> None:
        ran.append(text)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    async with unit_of_work(database, silent) as work:
        await work.now()
        await write(work, world, subject_id)
    asked = [text for text in ran if "clock" not in text and "julianday" not in text]
    between = [text.split()[0] for text in asked if text.split()[0] not in {"BEGIN", "COMMIT"}]
    assert between == (["INSERT", "UPDATE", "UPDATE", "INSERT"] if work.is_sqlite else ["WITH"])
    rows = await database.all(sa.select(d.kind).where(d.subject_id == subject_id).order_by(d.kind))
    assert [row.kind for row in rows] == list(KINDS)
    heads = {stream.owner_id: cursor.sequence for stream, cursor in work.cursors.items()}
    assert heads == {world.conversation: 2, world.agents["lin"]: 1}
    told = await database.all(sa.select(e.stream_id, e.seq, e.type).order_by(e.stream_id, e.seq))
    stream_id = conversation_stream(world.conversation).id
    types = [row.type for row in told if row.stream_id == stream_id]
    assert types == ["ConversationOpened", "InvitationCreated"]


@pytest.mark.parametrize("many", [1, FEW, FEW + 1])
async def test_any_number_is_written(database: Database, world: World, many: int) -> None:
    """Few rows are parameters one by one, more are arrays; events likewise, of few streams or more."""
    ids = [new_id() for _ in range(many)]
    here = conversation_stream(world.conversation), *map(inbox, world.agents.values())
    async with unit_of_work(database, silent) as work:
        await work.add_all([due(world, KINDS[0], each) for each in ids])
        for each in ids:
            work.record(InvitationCreated(each), *here[:many])
    rows = await database.all(sa.select(d.subject_id).where(d.subject_id.in_(ids)))
    assert {row.subject_id for row in rows} == set(ids)
    told = await database.all(sa.select(e.stream_id, e.seq).order_by(e.stream_id, e.seq))
    streams = sorted(stream.id for stream in here[:many])
    assert sorted(map(tuple, told)) == [(id_, n) for id_ in streams for n in range(1, many + 1)]


async def test_what_is_read_has_been_written(database: Database, world: World) -> None:
    async with unit_of_work(database, silent) as work:
        await work.later(RENAME, key=world.conversation, name="One")
        await work.later(RENAME, key=world.conversation, name="Two")  # the same row waits for it
        row = await work.first(sa.select(c.subject).where(c.id == world.conversation))
        assert row.subject == "Two"


async def test_a_change_finds_rows_that_were_added_before(database: Database, world: World) -> None:
    subject_id = new_id()
    delete = prepared(lambda _, key: sa.delete(deadlines).where(d.subject_id == key))
    async with unit_of_work(database, silent) as work:
        await work.add(due(world, KINDS[0], subject_id))
        await work.later(delete, key=subject_id)
        await work.add(due(world, KINDS[0], subject_id))
        (won,) = await work.decide(
            prepared(
                lambda _, key: (
                    sa.delete(deadlines).where(d.subject_id == key).returning(d.subject_id)
                )
            ),
            key=subject_id,
        )
        assert won.subject_id == subject_id
    assert not await database.all(sa.select(d.kind).where(d.subject_id == subject_id))


async def test_an_attempt_is_undone_alone(database: Database, world: World) -> None:
    before, within = new_id(), new_id()
    async with unit_of_work(database, silent) as work:
        await work.add(due(world, KINDS[0], before))
        with suppress(ZeroDivisionError):
            async with work.attempt():
                await work.add(due(world, KINDS[0], within))
                await work.flush()
                await work.add(due(world, KINDS[1], within))
                raise ZeroDivisionError
        await work.add(due(world, KINDS[1], before))
    rows = await database.all(sa.select(d.subject_id).where(d.subject_id.in_([before, within])))
    assert [row.subject_id for row in rows] == [before, before]


async def test_what_fails_takes_everything_back(database: Database, world: World) -> None:
    subject_id = new_id()

    async def twice() -> None:
        async with unit_of_work(database, silent) as work:
            await write(work, world, subject_id)
            await work.add(due(world, KINDS[0], subject_id))

    with pytest.raises(sa.exc.IntegrityError):
        await twice()
    assert not await database.all(sa.select(d.kind).where(d.subject_id == subject_id))
    async with unit_of_work(database, silent) as work:  # the connection is as good as before
        row = await work.first(sa.select(c.subject).where(c.id == world.conversation))
    assert row.subject.startswith("The API")


async def test_what_the_database_has_ended_is_not_used_again(postgresql_url: str) -> None:
    """After a restart of PostgreSQL nobody is told of the connections that it took with it."""
    database = Database(postgresql_url)
    async with unit_of_work(database, silent) as work:
        ((number,),) = await work.fetch("SELECT pg_backend_pid()", ())
        driver = work.writer.driver
    await database.fetch("SELECT pg_terminate_backend($1)", [number])
    async with asyncio.timeout(30):
        while not has_ended(driver):  # noqa: ASYNC110  # nothing to wait for
            await asyncio.sleep(0.01)
    async with unit_of_work(database, silent) as work:
        assert await work.now()
    await database.dispose()


def test_arguments_keep_their_places() -> None:
    kept = [Kept("a", "DELETE a WHERE x = $1 AND y = $2", [1, 2]), Kept("b", "DELETE b", [])]
    text, arguments = composed(kept, "UPDATE c SET z = $1", [3])
    assert text == (
        "WITH kept_0 AS (DELETE a WHERE x = $2 AND y = $3), kept_1 AS (DELETE b) UPDATE c SET z = $1"
    )
    assert arguments == [3, 1, 2]
    assert composed([], "WITH q AS (SELECT 1) SELECT 2") == ("WITH q AS (SELECT 1) SELECT 2", [])
    assert composed(kept[1:], "WITH q AS (SELECT 1) SELECT 2")[0] == (
        "WITH kept_0 AS (DELETE b), q AS (SELECT 1) SELECT 2"
    )
