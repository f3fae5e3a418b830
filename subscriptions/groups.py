"""Identical subscriptions share one execution of each event; the right of each member is its own.

A member catches up by itself, from the log, in a task of its own. Once it stands at the head it is live: the group
pushes to it what it prepared once for all, and it needs no task. A member that cannot take it at once, that may not
hear it any more or that sees things differently now, leaves and catches up by itself again, which finds out what is
the matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum, auto

from domain.streams import Stream
from subscriptions.attending import Attended
from subscriptions.feeds import Feed, Feeds
from subscriptions.following import Right, standing_of
from subscriptions.group import Group, upcoming
from subscriptions.members import Member, Shape
from subscriptions.streams import check_belongs
from subscriptions.turns import Turns


class Caught(Enum):
    """How catching up ends: at the head, at the end of the stream, or where the member sees another thing."""

    UP = auto()
    OVER = auto()
    ELSEWHERE = auto()


class Groups:
    """The groups of a process."""

    def __init__(self, feeds: Feeds, counted: Callable[[int], None]) -> None:
        self.feeds = feeds
        self.counted = counted
        self.turns = Turns()
        self.open: dict[Hashable, Group] = {}

    def follow(self, stream: Stream, shape: Shape, member: Member) -> asyncio.Task[None]:
        """Deliver everything after the member's place, until the stream is over or it may not hear it any more."""
        catching_up = self._follow(stream, shape, member)
        member.task = asyncio.create_task(catching_up, context=member.context)
        return member.task

    async def _follow(self, stream: Stream, shape: Shape, member: Member) -> None:
        """Let the member catch up until it is live, or at an end."""
        problem: Exception | None = None
        caught = Caught.OVER
        try:
            caught = await self._catch_up(stream, shape, member)
        except Exception as found:
            problem = found
        member.task = None
        if caught is Caught.OVER:
            member.ended(problem)

    async def _catch_up(self, stream: Stream, shape: Shape, member: Member) -> Caught:
        check_belongs(member.place, stream)
        with self.feeds.of(stream) as feed:
            right = Right(feed, member.actor.id)
            while True:
                sight = shape.sight(member.actor, await right.check())
                with self._group(feed, shape, sight) as group:
                    caught = await catch_up(group, member, right)
                    if caught is not Caught.ELSEWHERE:
                        return caught

    @contextmanager
    def _group(self, feed: Feed, shape: Shape, sight: Hashable) -> Iterator[Group]:
        key = (feed.stream, shape.key, sight)
        group = self.open.get(key) or self._opened(key, feed, shape, sight)
        group.enter()
        try:
            yield group
        finally:
            group.leave()

    def _opened(self, key: Hashable, feed: Feed, shape: Shape, sight: Hashable) -> Group:
        """Open a group, which holds its feed until it is closed."""
        with ExitStack() as stack:
            stack.enter_context(self.feeds.of(feed.stream))
            stack.callback(self.open.pop, key)
            group = self.open[key] = Group(self, feed, shape, sight, stack.pop_all())
        group.held.callback(group.stop)
        return group


async def catch_up(group: Group, member: Member, right: Right) -> Caught:
    """Deliver in this group to the member alone, until it is at the head."""
    while True:
        page = await group.feed.page(member.place)
        news = upcoming(page, member.place)
        reads = Attended(group.feed, page.roll)
        prepared = await group.prepare(news, member.actor, reads)
        roll = await reads.roll()
        standing = standing_of(roll.get(member.actor.id))
        if not group.sees_alike(member.actor, standing):
            return Caught.ELSEWHERE
        group.keep(prepared)
        for event in news:
            if not group.sees_alike(member.actor, await right.check()):
                return Caught.ELSEWHERE
            payload = prepared[event.seq].payload
            if payload is not None:
                await member.receiver.send(payload)
                group.groups.counted(1)
            member.place = event.place
        if member.place.sequence >= page.head:
            if page.over:
                return Caught.OVER
            if group.take(member, roll):
                return Caught.UP
