"""Identical subscriptions share one execution of each event, and nobody is told what another may see."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from domain.actors import Actor
from models.database import Reads
from models.stored import StoredEvent
from schema.sharing import Shape
from server.graphql.pushing import NO_CHANNEL
from subscriptions import group
from tests.documents import POST_NOTE
from tests.service import Listener, Service, node_id
from tests.steps import conversation_id, join, note
from tests.streams.kit import (
    ADJUST,
    CONVERSATION_EVENTS,
    CUSTOMER_MESSAGES,
    EVERY,
    INBOX,
    INTERNAL_NOTES,
    REMOVE,
    Kind,
    act,
    bustle,
    each,
    eventually,
    ids_logged,
    say,
    take,
    to_the_end,
)

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere

NOTES = """
subscription ($id: ID!, $after: Cursor) {
  internalNotes(conversationId: $id, after: $after) { __typename id cursor note { text author { name } } }
}
"""
WHO_CAN = """
subscription ($id: ID!, $after: Cursor) {
  conversationEvents(conversationId: $id, after: $after) {
    __typename
    ... on ParticipantJoined { participant { agent { name } viewerCan { remove } } }
  }
}
"""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Counter[UUID]:
    """Count the executions of each event."""
    counted, payload = Counter[UUID](), Shape.payload

    async def counting(self: Shape, event: StoredEvent, actor: Actor, reads: Reads) -> bytes | None:
        counted[event.id] += 1
        return await payload(self, event, actor, reads)

    monkeypatch.setattr(Shape, "payload", counting)
    return counted


@asynccontextmanager
async def following(
    service: Service, document: str, *keys: str, **variables: Any
) -> AsyncIterator[list[Listener]]:
    """Subscribe for each, and wait until all are live."""
    async with AsyncExitStack() as stack:
        listeners = []
        for key in keys:
            listening = service.agent(key).listen(
                document, id=conversation_id(service), **variables
            )
            listeners.append(await stack.enter_async_context(listening))
            await listeners[-1].event()
        await eventually(lambda: live(service) == len(keys))
        yield listeners


def live(service: Service) -> int:
    open_ = service.app.state.runner.followings.groups.open
    return sum(len(group.members) for group in open_.values())


def group_count(service: Service) -> int:
    return len(service.app.state.runner.followings.groups.open)


async def test_many_followers_of_the_same_cost_one_execution(
    service: Service, executed: Counter[UUID]
) -> None:
    async with following(service, NOTES, *["lin"] * 4) as listeners:
        assert group_count(service) == 1
        await note(service, "lin", "once")
        for listener in listeners:
            assert (await listener.event())["note"] == {"text": "once", "author": {"name": "Lin"}}
    assert list(executed.values()) == [1]


async def test_colleagues_with_the_same_part_are_one_group_and_others_are_another(
    service: Service, executed: Counter[UUID]
) -> None:
    for key in ("wang", "chen"):
        await join(service, key)
    async with following(service, NOTES, "lin", "wang", "chen") as listeners:
        assert group_count(service) == 2  # the primary; two experts of one level
        await note(service, "lin", "for all")
        told = [(await listener.event())["note"]["text"] for listener in listeners]
    assert told == ["for all"] * 3
    assert list(executed.values()) == [2]


async def test_what_depends_on_who_asks_is_executed_for_each(
    service: Service, executed: Counter[UUID]
) -> None:
    for key in ("wang", "chen"):
        await join(service, key)
    async with following(service, WHO_CAN, "lin", "wang", "chen") as listeners:
        assert group_count(service) == 3
        await join(service, "sun")
        removable = []
        for listener in listeners:
            while (event := await listener.event())["__typename"] != "ParticipantJoined":
                pass
            removable.append(event["participant"]["viewerCan"]["remove"])
    assert removable == [True, False, False]


async def test_where_one_begins_makes_no_other_group(service: Service) -> None:
    async with INTERNAL_NOTES.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
    async with AsyncExitStack() as stack:
        for after in (None, cursor, cursor):
            listening = service.agent("lin").listen(NOTES, id=conversation_id(service), after=after)
            await stack.enter_async_context(listening)
        await eventually(lambda: live(service) == 3)
        assert group_count(service) == 1


async def test_a_member_that_loses_the_right_is_cut_and_the_others_go_on(service: Service) -> None:
    parts = {key: await join(service, key) for key in ("wang", "chen")}
    async with following(service, NOTES, "wang", "chen", "lin") as (wang, chen, lin):
        await act(service, "lin", REMOVE, participantId=parts["wang"])
        await note(service, "lin", "behind the back")
        assert await to_the_end(wang) == ([], ["FORBIDDEN"])
        for listener in (chen, lin):
            assert (await listener.event())["note"]["text"] == "behind the back"


async def test_another_level_is_another_group_from_then_on(service: Service) -> None:
    part = await join(service, "wang", level="EDIT")
    await join(service, "chen", level="EDIT")
    async with following(service, NOTES, "wang", "chen") as (wang, chen):
        assert group_count(service) == 1
        await act(service, "lin", ADJUST, participantId=part, level="READ_ONLY")
        await eventually(lambda: group_count(service) == 2 and live(service) == 2)
        await note(service, "lin", "for both")
        for listener in (wang, chen):
            assert (await listener.event())["note"]["text"] == "for both"


async def test_a_member_that_takes_nothing_reads_on_from_the_log(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket takes no push: whatever it misses comes from the log, in order and once."""
    async with following(service, NOTES, "lin", "lin") as listeners:
        refusing = next(
            member
            for group in service.app.state.runner.followings.groups.open.values()
            for member in group.members
        )
        monkeypatch.setattr(refusing.receiver, "channel", NO_CHANNEL)
        for number in range(5):
            await note(service, "lin", f"note {number}")
        for listener in listeners:
            told = [event["note"]["text"] for event in await take(listener, 5)]
            assert told == [f"note {number}" for number in range(5)]
            await listener.silence(0.1)


async def test_a_long_and_a_short_absence_meet_in_one_group(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.feeds.RING", 3)
    monkeypatch.setattr(group, "BATCH", 2)
    async with INTERNAL_NOTES.listen(service) as listener:
        begin = (await listener.event())["cursor"]
        for number in range(7):
            await note(service, "lin", f"note {number}")
        later = (await take(listener, 5))[-1]["cursor"]
    id_ = conversation_id(service)
    lin = service.agent("lin")
    async with (
        lin.listen(NOTES, id=id_, after=begin) as first,
        lin.listen(NOTES, id=id_, after=later) as second,
    ):
        assert len(await take(first, 7)) == 7
        assert len(await take(second, 2)) == 2
        await eventually(lambda: live(service) == 2)
        await note(service, "lin", "last")
        for listener in (first, second):
            assert (await listener.event())["note"]["text"] == "last"
            await listener.silence(0.1)


@each(EVERY)
async def test_members_of_one_group_are_all_told_the_same_in_order(
    service: Service, kind: Kind
) -> None:
    async with AsyncExitStack() as stack:
        listeners = []
        for _ in range(3):
            listeners.append(await stack.enter_async_context(kind.listen(service)))
            await listeners[-1].event()
        await asyncio.gather(bustle(service), bustle(service, "chen"))
        expected = await ids_logged(service, kind)
        for listener in listeners:
            assert [event["id"] for event in await take(listener, len(expected))] == expected


async def test_colleagues_and_the_customer_are_never_one_group(service: Service) -> None:
    async with (
        CUSTOMER_MESSAGES.listen(service) as customer,
        CONVERSATION_EVENTS.listen(service) as agent,
    ):
        for listener in (customer, agent):
            await listener.event()
        await eventually(lambda: live(service) == 2)
        assert group_count(service) == 2
        await say(service, "hello")
        assert (await customer.event())["__typename"] == "TranscriptMessageAdded"
        assert (await agent.event())["__typename"] == "CustomerMessagePosted"


async def test_two_organizations_that_ask_the_same_hear_nothing_of_each_other(
    service: Service, executed: Counter[UUID]
) -> None:
    """One document, all of one shape: what belongs to whom is all that tells their answers apart."""
    ours, theirs = service.world.conversation, service.world.other_conversation
    places = {"lin": node_id("Conversation", ours), "other": node_id("Conversation", theirs)}
    async with AsyncExitStack() as stack:
        heard: dict[str, list[Listener]] = {}
        for key, id_ in places.items():
            person = service.agent(key)
            opening = (person.listen(NOTES, id=id_), person.listen(INBOX.document))
            heard[key] = [await stack.enter_async_context(each) for each in opening]
            for listener in heard[key]:
                await listener.event()
        stranger = service.agent("other").listen(NOTES, id=places["lin"])
        assert await (await stack.enter_async_context(stranger)).error() == "NOT_FOUND"
        await eventually(lambda: live(service) == group_count(service) == 4)
        for key, id_ in places.items():
            input_ = {"conversationId": id_, "text": f"of {key}"}
            await service.agent(key).run(POST_NOTE, input=input_)
        for key, (notes, inbox) in heard.items():
            assert (await notes.event())["note"]["text"] == f"of {key}"
            for listener in (notes, inbox):
                await listener.silence(0.1)
    assert set(executed.values()) == {1}
