"""Whoever joins others in the middle of something hears no more than their own right is for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass, field

import pytest

from domain.actors import Actor, ActorKind
from domain.cursors import Cursor
from domain.errors import Forbidden
from domain.streams import notes_stream
from models.database import Reads
from models.stored import StoredEvent, heads
from subscriptions.feeds import Feeds
from subscriptions.groups import Groups
from subscriptions.hub import Hub
from subscriptions.members import Member
from subscriptions.streams import Standing
from tests.service import Service
from tests.steps import join, note
from tests.streams.kit import eventually
from tests.streams.test_attending import remove

pytestmark = pytest.mark.one_database  # nothing here depends on which


class Numbers:
    """Tells every event by its sequence, to all alike."""

    key = "numbers"

    def sight(self, actor: Actor, standing: Standing) -> Hashable:
        return self.key

    async def payload(self, event: StoredEvent, actor: Actor, reads: Reads) -> bytes:
        return str(event.seq).encode()


@dataclass
class Ear:
    """Takes what is pushed; what is sent only while it is `open`."""

    heard: list[bytes] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    ends: list[Exception | None] = field(default_factory=list)

    def push(self, payload: bytes) -> bool:
        self.heard.append(payload)
        return True

    async def send(self, payload: bytes) -> None:
        self.heard.append(payload)
        await self.open.wait()


@dataclass
class Room:
    """The notes of the world's conversation as another process reads them, woken by the test alone."""

    service: Service
    hub: Hub = field(default_factory=Hub)

    def __post_init__(self) -> None:
        self.stream = notes_stream(self.service.world.conversation)
        self.groups = Groups(Feeds(self.service.database, self.hub), lambda _: None)
        self.members: list[Member] = []

    async def head(self) -> Cursor:
        return (await heads(self.service.database, [self.stream]))[self.stream]

    def follow(self, key: str, place: Cursor) -> tuple[Ear, Member]:
        ear, id_ = Ear(), self.service.world.agents[key]
        actor = Actor(ActorKind.AGENT, id_, self.service.world.organization)
        member = Member(actor, place, ear, ear.ends.append)
        self.members.append(member)
        self.groups.follow(self.stream, Numbers(), member)
        return ear, member

    async def leave(self) -> None:
        for member in self.members:
            member.cancel()
        await eventually(lambda: not self.groups.open)


@pytest.fixture
async def room(service: Service) -> AsyncIterator[Room]:
    opened = Room(service)
    yield opened
    await opened.leave()


async def test_who_joins_in_the_middle_is_held_against_the_roll_first(
    service: Service, room: Room
) -> None:
    """What is told in one go was found with a roll that they were not held against."""
    await join(service, "wang")
    lock, begin = room.groups.turns.one, await room.head()
    lin, live = room.follow("lin", begin)
    await eventually(lambda: live.group is not None)
    await lock.acquire()  # nobody is told anything now
    await note(service, "lin", "1")
    first = await room.head()
    room.hub.wake_all()
    await eventually(lambda: live.group is not None and live.group.place == first)
    await note(service, "lin", "2")
    wang, newcomer = room.follow("wang", first)
    await eventually(lambda: len(wang.heard) == 1)  # and does not take it for a while
    await remove(service, service.world.agents["wang"])
    second = await room.head()
    await note(service, "lin", "3")
    lock.release()
    await lock.acquire()
    await eventually(lambda: live.group is not None and live.group.place == second)
    wang.open.set()
    await eventually(lambda: newcomer.task is None)
    lock.release()
    await eventually(lambda: len(lin.heard) == 3)
    await eventually(lambda: bool(wang.ends))
    assert wang.heard == [str(second.sequence).encode()]
    assert isinstance(wang.ends[0], Forbidden)


async def test_who_joins_after_their_right_has_ended_is_cut_at_once(
    service: Service, room: Room
) -> None:
    """The others heard that it ended before they came, and rest by now."""
    await join(service, "wang")
    begin = await room.head()
    lin, live = room.follow("lin", begin)
    await eventually(lambda: live.group is not None)
    await note(service, "lin", "1")
    wang, _ = room.follow("wang", begin)
    await eventually(lambda: len(wang.heard) == len(lin.heard) == 1)
    before = live.group and live.group.sorted_by
    await remove(service, service.world.agents["wang"])
    room.hub.wake_all()
    await eventually(lambda: live.group is not None and live.group.sorted_by is not before)
    wang.open.set()
    await eventually(lambda: bool(wang.ends))
    assert isinstance(wang.ends[0], Forbidden)
