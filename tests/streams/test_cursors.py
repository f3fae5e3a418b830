"""A cursor that cannot be kept is refused, each in the words that tell the client what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.cursors import Cursor, digest_of, read_cursor
from domain.ids import new_id
from models.log import events, streams
from tests.service import Service
from tests.steps import note
from tests.streams.kit import (
    CUSTOMER_MESSAGES,
    EVERY,
    INTERNAL_NOTES,
    OF_AN_AGENT,
    Kind,
    bustle,
    each,
    eventually,
    head,
    ids_logged,
    take,
)
from tests.world import change

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere


async def cursor_of(service: Service, kind: Kind) -> Cursor:
    async with kind.listen(service) as listener:
        return read_cursor((await listener.event())["cursor"])


async def refusal(service: Service, kind: Kind, after: str) -> str:
    async with kind.listen(service, after) as listener:
        code: str = await listener.error()
        await listener.silence(0.1)
        return code


async def prune(service: Service, kind: Kind, to: int) -> None:
    """Forget the events up to a sequence, as retention does."""
    stream_id, e = kind.stream(service).id, events.c
    at = sa.select(e.event_id).where(e.stream_id == stream_id, e.seq == to)
    digest = digest_of((await service.database.all(at))[0].event_id)
    s = streams.c
    moved = sa.update(streams).where(s.id == stream_id).values(pruned=to, pruned_digest=digest)
    await change(service.database, moved)
    await change(service.database, sa.delete(events).where(e.stream_id == stream_id, e.seq <= to))


@each(EVERY)
async def test_what_is_no_cursor_or_was_tampered_with_is_bad_input(
    service: Service, kind: Kind
) -> None:
    cursor = str(await cursor_of(service, kind))
    for text in (
        "",
        "!",
        "made up",
        "bm90IGEgY3Vyc29y",
        cursor[:-2],
        cursor + "A",
        "B" + cursor[1:],
    ):
        assert await refusal(service, kind, text) == "BAD_USER_INPUT"


@each(EVERY)
async def test_a_cursor_of_another_stream_is_bad_input(service: Service, kind: Kind) -> None:
    cursors = {other.name: await cursor_of(service, other) for other in EVERY}
    for cursor in cursors.values():
        if cursor.stream_id != kind.stream(service).id:
            assert await refusal(service, kind, str(cursor)) == "BAD_USER_INPUT"


@each(EVERY)
async def test_a_cursor_ahead_of_the_head_tells_that_history_changed(
    service: Service, kind: Kind
) -> None:
    await bustle(service)
    cursor = await cursor_of(service, kind)
    ahead = replace(cursor, sequence=cursor.sequence + 1)
    for changed in (ahead, replace(cursor, digest=bytes(8)), replace(cursor, epoch=new_id())):
        assert await refusal(service, kind, str(changed)) == "HISTORY_CHANGED"


async def test_a_new_epoch_ends_open_streams_too(service: Service) -> None:
    stream_id = INTERNAL_NOTES.stream(service).id
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        anew = sa.update(streams).where(streams.c.id == stream_id).values(epoch=new_id())
        await change(service.database, anew)
        service.app.state.hub.wake_all()
        assert await listener.error() == "HISTORY_CHANGED"


async def test_history_that_was_written_anew_is_noticed_by_the_digest(service: Service) -> None:
    await bustle(service)
    cursor = await cursor_of(service, INTERNAL_NOTES)
    stream_id = INTERNAL_NOTES.stream(service).id
    rewritten = sa.update(events).where(events.c.stream_id == stream_id).values(event_id=new_id())
    await change(service.database, rewritten)
    assert await refusal(service, INTERNAL_NOTES, str(cursor)) == "HISTORY_CHANGED"


async def test_a_lost_tail_is_noticed_by_an_open_stream(service: Service) -> None:
    """As after a failover that lost what was acknowledged: the head is LOWER, and the poll tells."""
    stream_id = INTERNAL_NOTES.stream(service).id
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        await note(service, "lin", "acknowledged, then lost")
        await listener.event()
        await eventually(lambda: service.app.state.hub.heads.get(stream_id) == 1)
        await change(service.database, sa.delete(events).where(events.c.stream_id == stream_id))
        lower = sa.update(streams).where(streams.c.id == stream_id).values(head=0)
        await change(service.database, lower)
        assert await listener.error() == "HISTORY_CHANGED"


@each(EVERY)
async def test_a_cursor_before_what_is_kept_has_expired(service: Service, kind: Kind) -> None:
    begin = await cursor_of(service, kind)
    await bustle(service)
    await bustle(service, "chen")
    expected = await ids_logged(service, kind)
    async with kind.listen(service, str(begin)) as listener:
        told = await take(listener, len(expected))
    pruned = read_cursor(told[0]["cursor"])
    await prune(service, kind, pruned.sequence)
    assert await refusal(service, kind, str(begin)) == "CURSOR_EXPIRED"
    async with kind.listen(service, str(pruned)) as listener:  # the edge is still good
        assert [event["id"] for event in await take(listener, len(expected) - 1)] == expected[1:]
    forged = replace(pruned, digest=bytes(8))
    assert await refusal(service, kind, str(forged)) == "HISTORY_CHANGED"


async def test_a_stream_pruned_to_its_head_still_gives_snapshots_and_goes_on(
    service: Service,
) -> None:
    await bustle(service)
    await prune(service, INTERNAL_NOTES, await head(service, INTERNAL_NOTES))
    async with INTERNAL_NOTES.listen(service) as listener:
        assert (await listener.event())["__typename"] == "NotesSnapshot"
        await note(service, "lin", "on it goes")
        assert (await listener.event())["__typename"] == "NotePosted"


async def test_an_open_stream_that_is_pruned_behind_its_reader_goes_on(service: Service) -> None:
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        await note(service, "lin", "one")
        await listener.event()
        await prune(service, INTERNAL_NOTES, 1)
        await note(service, "lin", "two")
        assert (await listener.event())["__typename"] == "NotePosted"


async def test_a_cursor_grants_nothing(service: Service) -> None:
    await bustle(service)
    for kind in OF_AN_AGENT[:3]:
        cursor = await cursor_of(service, kind)
        wang, variables = service.agent("wang"), kind.variables(service)
        async with wang.listen(kind.document, after=str(cursor), **variables) as listener:
            assert await listener.error() == "NOT_FOUND"
    customers = await cursor_of(service, CUSTOMER_MESSAGES)
    async with service.agent("lin").listen(
        CUSTOMER_MESSAGES.document, after=str(customers)
    ) as listener:
        assert await listener.error() == "FORBIDDEN"
