"""A snapshot first; with a cursor exactly what was missed, in order, each once, and then live."""

from __future__ import annotations

from typing import Any

import pytest

import models.stored
from schema import subscriptions
from tests.documents import INTERNAL_NOTES as NOTES_WITH_TEXT
from tests.service import Service
from tests.steps import conversation_id, note
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    EVERY,
    INBOX,
    INTERNAL_NOTES,
    INVITATIONS_HERE,
    INVITATIONS_OF_MINE,
    REVOKE,
    Kind,
    act,
    another,
    bustle,
    each,
    head,
    ids_logged,
    logged,
    say,
    take,
)


@each(EVERY)
async def test_without_a_cursor_the_first_event_is_a_snapshot_and_then_it_is_live(
    service: Service, kind: Kind
) -> None:
    await bustle(service)
    before = await head(service, kind)
    async with kind.listen(service) as listener:
        assert (await listener.event())["__typename"] == kind.snapshot
        await bustle(service, "chen")
        expected = await ids_logged(service, kind, before)
        assert [event["id"] for event in await take(listener, len(expected))] == expected
        await listener.silence()


@each(EVERY)
async def test_a_cursor_brings_exactly_what_was_missed_and_then_it_is_live(
    service: Service, kind: Kind
) -> None:
    async with kind.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
    await bustle(service)
    missed = await ids_logged(service, kind)
    async with kind.listen(service, cursor) as listener:
        assert [event["id"] for event in await take(listener, len(missed))] == missed
        await bustle(service, "chen")
        live = (await ids_logged(service, kind))[len(missed) :]
        assert live
        assert [event["id"] for event in await take(listener, len(live))] == live
        await listener.silence()


@each(EVERY)
async def test_every_events_cursor_resumes_right_after_it(service: Service, kind: Kind) -> None:
    async with kind.listen(service) as listener:
        await listener.event()
        await act(service, "lin", REVOKE, invitationId=await bustle(service))
        await bustle(service, "chen")
        expected = await ids_logged(service, kind)
        told = await take(listener, len(expected))
    for place, event in enumerate(told):
        async with kind.listen(service, event["cursor"]) as listener:
            rest = [each["id"] for each in await take(listener, len(told) - place - 1)]
            assert rest == expected[place + 1 :]


@pytest.mark.parametrize("kind", [INVITATIONS_HERE, INVITATIONS_OF_MINE])
async def test_what_a_filter_drops_moves_the_cursor_on(service: Service, kind: Kind) -> None:
    async with kind.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
        for word in ("one", "two", "three"):
            await say(service, word)
        await bustle(service)
        told = await listener.event()
        assert told["__typename"] == "InvitationCreated"
        ((sequence, _, id_),) = await logged(service, kind)
        assert told["id"] == id_
    if kind is INVITATIONS_HERE:
        assert sequence > 3
    async with kind.listen(service, cursor) as listener:
        assert (await listener.event())["id"] == id_
        await listener.silence()


async def test_a_long_absence_is_made_up_for_across_pages(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.streams.PAGE", 2)
    async with CONVERSATION_EVENTS.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
    await bustle(service)
    await bustle(service, "chen")
    expected = await ids_logged(service, CONVERSATION_EVENTS)
    assert len(expected) == 6
    async with CONVERSATION_EVENTS.listen(service, cursor) as listener:
        assert [event["id"] for event in await take(listener, 6)] == expected
        await listener.silence()


@each(EVERY)
async def test_a_snapshot_is_of_one_moment_and_what_comes_after_its_cursor_is_not_in_it(
    service: Service, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_heads = models.stored.heads
    reader, variables = kind.person(service), kind.variables(service)

    async def then_much_happens(*arguments: Any) -> Any:
        found = await read_heads(*arguments)
        monkeypatch.setattr(subscriptions, "heads", read_heads)
        await bustle(service)
        return found

    async with reader.listen(kind.with_content, **variables) as listener:
        quiet = await listener.event()
    monkeypatch.setattr(subscriptions, "heads", then_much_happens)
    async with reader.listen(kind.with_content, **variables) as listener:
        snapshot = await listener.event()
        expected = await ids_logged(service, kind)
        assert expected
        assert [event["id"] for event in await take(listener, len(expected))] == expected
    assert snapshot["cursor"] == quiet["cursor"]
    varying = {"id", "occurredAt"}
    assert {k: v for k, v in snapshot.items() if k not in varying} == {
        k: v for k, v in quiet.items() if k not in varying
    }


@each(EVERY)
async def test_the_next_snapshot_shows_what_happened(service: Service, kind: Kind) -> None:
    reader, variables = kind.person(service), kind.variables(service)
    async with reader.listen(kind.with_content, **variables) as listener:
        before = await listener.event()
    await bustle(service)
    async with reader.listen(kind.with_content, **variables) as listener:
        after = await listener.event()
    varying = {"id", "occurredAt", "cursor"}
    shown = [{k: v for k, v in each.items() if k not in varying} for each in (before, after)]
    assert (shown[0] == shown[1]) is (kind is INBOX)  # lin has been sent nothing


async def test_the_invitees_inbox_counts_what_waits_for_an_answer(service: Service) -> None:
    await bustle(service)
    async with service.agent("wang").listen(INBOX.with_content) as listener:
        assert (await listener.event())["unansweredCount"] == 1


async def test_the_same_event_has_the_same_id_in_every_stream(service: Service) -> None:
    await bustle(service)
    ids = [
        {id_ for _, type_, id_ in await logged(service, kind) if type_ == "InvitationCreated"}
        for kind in (INVITATIONS_HERE, INVITATIONS_OF_MINE)
    ]
    assert ids[0] == ids[1] != set()


async def test_the_history_and_the_stream_are_the_same_events(service: Service) -> None:
    async with CONVERSATION_EVENTS.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
    await bustle(service)
    history = await service.agent("lin").run(
        "query ($id: ID!) { conversation(id: $id) { events { nodes { __typename id cursor occurredAt } } } }",
        **CONVERSATION_EVENTS.variables(service),
    )
    listed = history["conversation"]["events"]["nodes"]
    async with CONVERSATION_EVENTS.listen(service, cursor) as listener:
        assert await take(listener, len(listed)) == listed


async def test_notes_never_show_in_the_conversations_events_nor_its_counter(
    service: Service,
) -> None:
    await bustle(service)
    assert await head(service, INTERNAL_NOTES) == 1
    assert not [t for _, t, _ in await logged(service, CONVERSATION_EVENTS) if "Note" in t]


async def test_an_event_is_told_whole_although_the_database_was_away(
    service: Service, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an event's fields cannot read at first is read again; nobody is told half of what happened."""
    database, failed = service.app.state.database, list[str]()
    read = database.fetch

    async def unsteady(text: str, arguments: Any) -> Any:
        if "internal_note" in text and not failed:
            failed.append("once")
            raise ConnectionResetError
        return await read(text, arguments)

    lin = service.agent("lin")
    async with (
        another(service, database_url) as second,
        lin.listen(NOTES_WITH_TEXT, id=conversation_id(service)) as listener,
    ):
        await listener.event()
        monkeypatch.setattr(database, "fetch", unsteady)
        await note(second, "lin", "whole")
        event = await listener.event()
    assert failed
    assert event["note"]["text"] == "whole"
