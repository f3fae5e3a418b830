"""Identical subscriptions to presence share one execution of each change.

Nobody keeps a queue: of several changes the last one is told, so whoever cannot take a change at once is told later
what has come of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import aclosing
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from domain.actors import Actor
from domain.errors import Forbidden
from subscriptions.feeds import Away
from subscriptions.following import pause
from subscriptions.members import Over, Payload, Receiver
from subscriptions.presence import Change, Presences, Roster
from subscriptions.streams import Standing
from subscriptions.turns import Turns

log = structlog.get_logger()


class Question(Protocol):
    """What is asked of each change, apart from by whom."""

    @property
    def key(self) -> Hashable: ...

    def sight(self, actor: Actor, standing: Standing) -> Hashable: ...

    async def answer(self, root: object, actor: Actor) -> bytes: ...


@dataclass(eq=False, slots=True)
class Watcher:
    """One subscription of somebody, who knows the roster as it was at the reading `told`, or nothing of it yet.

    It has a `task` while it does not take what is sent at once. Unless it is cancelled `ended` is called once.
    """

    actor: Actor
    receiver: Receiver
    ended: Over
    watch: Watch | None = None
    told: int | None = None
    task: asyncio.Task[None] | None = None
    context: Context = field(default_factory=copy_context)

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()
        if self.watch is not None:
            self.watch.leave(self)


class Watch:
    """Watchers whose answers are the same."""

    def __init__(
        self,
        watches: Watches,
        key: Hashable,
        question: Question,
        organization_id: UUID,
        departments: Collection[UUID] | None,
    ) -> None:
        self.watches = watches
        self.key = key
        self.question = question
        self.organization_id = organization_id
        self.departments = departments
        self.members: dict[Watcher, None] = {}
        self.resyncs = watches.presences.hub.resyncs
        self.waiter = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    def join(self, watcher: Watcher) -> None:
        self.members[watcher] = None
        watcher.watch = self
        self.waiter.set()

    def leave(self, watcher: Watcher) -> None:
        """Let a watcher go; with the last one the watch is over."""
        if watcher.watch is self:
            watcher.watch = None
            del self.members[watcher]
            if not self.members:
                self.task.cancel()
                self.watches.forget(self)

    def _end(self, watcher: Watcher, problem: Exception) -> None:
        if watcher.watch is self:
            self.leave(watcher)
            watcher.context.run(watcher.ended, problem)

    async def _run(self) -> None:
        presences = self.watches.presences
        try:
            with presences.watching(self.organization_id) as self.waiter:
                while True:
                    self.waiter.clear()
                    await self._serve(presences.rosters.get(self.organization_id))
                    if not presences.reads:
                        raise Away
                    await pause(self.waiter)
        except Exception as problem:
            log.warning("watchers of presence are sent away", error=type(problem).__name__)
            for watcher in list(self.members):
                self._end(watcher, problem)

    async def _serve(self, roster: Roster | None) -> None:
        if roster is None:
            return
        resyncs, self.resyncs = self.resyncs, self.watches.presences.hub.resyncs
        for watcher in list(self.members):
            if watcher.actor.id not in roster.agents:
                self._end(watcher, Forbidden("You may not follow this any more."))
            elif resyncs != self.resyncs:
                watcher.told = None
        for told, watchers in self._by_reading(roster).items():
            await self._tell(watchers, roster.since(told, self.departments))

    def _by_reading(self, roster: Roster) -> Mapping[int | None, list[Watcher]]:
        """Return who waits for news, by what they know already."""
        found = defaultdict[int | None, list[Watcher]](list)
        for watcher in self.members:
            if watcher.task is None and watcher.told != roster.reading:
                found[roster.known(watcher.told)].append(watcher)
        return found

    async def _tell(self, watchers: Sequence[Watcher], change: Change) -> None:
        payload: Payload = None
        if change.complete or change.agent_ids:
            payload = await self.question.answer(change, watchers[0].actor)
        async with aclosing(self.watches.turns.of(watchers)) as turns:
            async for some in turns:
                for watcher in some:
                    self._told(watcher, change.reading, payload)

    def _told(self, watcher: Watcher, reading: int, payload: Payload) -> None:
        if watcher.watch is not self:
            return
        if payload is None or watcher.receiver.push(payload):
            watcher.told = reading
            self.watches.counted(payload is not None)
        else:
            sending = self._send(watcher, reading, payload)
            watcher.task = asyncio.create_task(sending, context=watcher.context)

    async def _send(self, watcher: Watcher, reading: int, payload: bytes) -> None:
        """Send to one who is slow. What changes meanwhile is told afterwards."""
        try:
            await watcher.receiver.send(payload)
            watcher.told = reading
            self.watches.counted(1)
        except Exception as problem:
            self._end(watcher, problem)
        finally:
            watcher.task = None
            self.waiter.set()


class Watches:
    """The watches of a process."""

    def __init__(self, presences: Presences, counted: Callable[[int], None], turns: Turns) -> None:
        self.presences = presences
        self.counted = counted
        self.turns = turns
        self.open: dict[Hashable, Watch] = {}

    def follow(
        self, question: Question, watcher: Watcher, departments: Collection[UUID] | None
    ) -> None:
        """Tell the watcher everybody, then who changed, until it may not hear it any more or is cancelled."""
        actor = watcher.actor
        key = (actor.organization_id, question.key, question.sight(actor, Standing()))
        watch = self.open.get(key)
        if watch is None:
            watch = Watch(self, key, question, actor.organization_id, departments)
            self.open[key] = watch
        watch.join(watcher)

    def forget(self, watch: Watch) -> None:
        self.open.pop(watch.key, None)
