"""The log behind the streams: sequences without a gap, whatever is rolled back or comes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.events import NoteEdited, NotePosted
from domain.ids import new_id
from domain.streams import Stream, conversation_stream, inbox, notes_stream
from models.database import Database
from models.log import events, streams
from models.stored import heads
from models.unit_of_work import UnitOfWork, unit_of_work
from tests.service import Service
from tests.steps import invite, invited, join, note
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    EVERY,
    INTERNAL_NOTES,
    LEAVE,
    REVOKE,
    act,
    bustle,
    close,
    logged,
    take,
)
from tests.world import World


async def check_whole(database: Database) -> None:
    """Every stream has exactly the sequences 1 to its head."""
    e, s = events.c, streams.c
    rows = await database.all(
        sa.select(s.id, s.head, sa.func.count(e.seq), sa.func.min(e.seq), sa.func.max(e.seq))
        .select_from(streams.outerjoin(events))
        .group_by(s.id, s.head)
    )
    for _, head, count, low, high in rows:
        assert (count, low, high) == ((head, 1, head) if head else (0, None, None))


async def test_a_whole_story_leaves_every_stream_without_a_gap(service: Service) -> None:
    await join(service, "wang")
    await act(service, "lin", REVOKE, invitationId=await bustle(service, "chen"))
    await invite(service, "lin", "wang", "chen", "lin")  # partly refused
    await act(service, "wang", LEAVE, conversationId=CONVERSATION_EVENTS.variables(service)["id"])
    await close(service)
    await check_whole(service.database)
    assert len(await logged(service, CONVERSATION_EVENTS)) > 10


async def test_many_writers_at_once_leave_no_gap_and_no_double(service: Service) -> None:
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        await asyncio.gather(*[note(service, "lin", f"note {n}") for n in range(20)])
        told = await take(listener, 20)
        await listener.silence()
    assert [event["id"] for event in told] == [
        i for _, _, i in await logged(service, INTERNAL_NOTES)
    ]
    await check_whole(service.database)


class Undone(Exception):
    """Raised to roll back."""


async def undo(work: UnitOfWork, stream: Stream) -> None:
    work.record(NotePosted(new_id()), stream)
    await work.write_events()
    raise Undone


async def test_a_rollback_leaves_no_hole_and_wakes_nobody(service: Service) -> None:
    woken: list[Mapping[UUID, int]] = []
    stream = notes_stream(service.world.conversation)
    async with INTERNAL_NOTES.listen(service) as listener:
        await listener.event()
        await note(service, "lin", "one")
        with pytest.raises(Undone):
            async with unit_of_work(service.database, woken.append) as work:
                await undo(work, stream)
        await note(service, "lin", "two")
        await take(listener, 2)
        await listener.silence()
    assert woken == []
    assert [seq for seq, _, _ in await logged(service, INTERNAL_NOTES)] == [1, 2]


async def test_a_refused_mutation_leaves_nothing_in_any_stream(service: Service) -> None:
    await invited(service, "lin", "wang")
    before = [await logged(service, kind) for kind in EVERY]
    refused = await invite(service, "lin", "wang")
    assert refused["results"][0]["errors"] == [{"code": "DUPLICATE_INVITATION"}]
    assert [await logged(service, kind) for kind in EVERY] == before


async def test_events_of_one_transaction_keep_their_order_in_each_stream(
    database: Database, world: World
) -> None:
    one, two = notes_stream(world.conversation), conversation_stream(world.conversation)
    ids = [new_id() for _ in range(4)]
    woken: list[Mapping[UUID, int]] = []
    async with unit_of_work(database, woken.append) as work:
        work.record(NotePosted(ids[0]), one, two)
        work.record(NoteEdited(ids[1], 2), two)
        work.record(NotePosted(ids[2]), two, one)
        work.record(NoteEdited(ids[3], 2), one)
    e = events.c
    for stream, expected in ((one, [0, 2, 3]), (two, [0, 1, 2])):
        rows = await database.all(
            sa.select(e.payload).where(e.stream_id == stream.id).order_by(e.seq)
        )
        assert [str(ids[n]) in row.payload for n, row in zip(expected, rows, strict=True)] == [
            True
        ] * 3
    assert woken == [{one.id: 3, two.id: 3}]
    await check_whole(database)


async def test_accepting_tells_its_events_in_the_order_they_happened(service: Service) -> None:
    async with CONVERSATION_EVENTS.listen(service) as listener:
        await listener.event()
        await join(service, "wang")
        types = [event["__typename"] for event in await take(listener, 4)]
    assert types[0] == "InvitationCreated"
    assert types[1] == "InvitationAccepted"
    assert set(types[2:]) == {"CollaborationStarted", "ParticipantJoined"}


async def test_what_is_committed_after_a_snapshots_first_read_is_not_in_it(
    database: Database, world: World
) -> None:
    stream = notes_stream(world.conversation)
    async with database.snapshot() as frozen:
        place = (await heads(frozen, [stream]))[stream]
        async with unit_of_work(database, lambda heads: None) as work:
            work.record(NotePosted(new_id()), stream)
        assert (await heads(frozen, [stream]))[stream] == place
        assert (await heads(database, [stream]))[stream].sequence == place.sequence + 1


async def test_the_head_of_a_stream_that_is_not_there_is_not_told(database: Database) -> None:
    assert await heads(database, [inbox(new_id())]) == {}
