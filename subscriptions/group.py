"""Members whose answers are the same: each event is executed once for all of them, and written to each."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from domain.actors import Actor
from domain.cursors import Cursor
from models.stored import StoredEvent
from subscriptions.attending import Attended
from subscriptions.feeds import Away, Feed
from subscriptions.following import pause
from subscriptions.members import Member, Payload, Shape
from subscriptions.streams import Page, Roll, Standing

if TYPE_CHECKING:
    from subscriptions.groups import Groups

BATCH = 32  # events prepared at once
FRESH_SECONDS = 5.0  # for so long what was prepared is given to others who catch up
REMEMBERED = 256

log = structlog.get_logger()


@dataclass
class Prepared:
    """What was executed for one event. `at` is when."""

    at: float
    payload: Payload


def upcoming(page: Page, place: Cursor) -> Sequence[StoredEvent]:
    """Return what comes next after a place, as much as is prepared at once."""
    return page.after(place)[:BATCH]


@dataclass(eq=False)
class Group:
    """Members whose answers are the same. `place` is where the live ones stand.

    `users` are these and those that catch up: with the last one it is closed. `sorted_by` is the roll that all but the
    `newcomers` were held against.
    """

    groups: Groups
    feed: Feed
    shape: Shape
    sight: Hashable
    held: ExitStack
    users: int = 0
    place: Cursor | None = None
    members: dict[Member, None] = field(default_factory=dict)
    newcomers: list[Member] = field(default_factory=list)
    sorted_by: Roll | None = None
    task: asyncio.Task[None] | None = None
    waiter: asyncio.Event = field(default_factory=asyncio.Event)
    prepared: dict[int, Prepared] = field(default_factory=dict)

    # Preparing, for whoever asks.

    async def prepare(
        self, events: Sequence[StoredEvent], actor: Actor, reads: Attended
    ) -> Mapping[int, Prepared]:
        """Return what each event comes to, freshly executed as this actor or as another did lately."""
        now = asyncio.get_running_loop().time()
        found = {}
        for event in events:
            known = self.prepared.get(event.seq)
            if known is None or now - known.at > FRESH_SECONDS:
                known = Prepared(now, await self.shape.payload(event, actor, reads))
            else:
                reads.doubt()
            found[event.seq] = known
        return found

    def keep(self, prepared: Mapping[int, Prepared]) -> None:
        """Remember for others: only once the right of whoever it was executed as has been seen to hold since."""
        self.prepared.update(prepared)
        while len(self.prepared) > REMEMBERED:
            del self.prepared[next(iter(self.prepared))]

    def forget(self) -> None:
        """Let go of what was prepared unless somebody catches up."""
        if self.users == len(self.members):
            self.prepared.clear()

    def sees_alike(self, actor: Actor, standing: Standing | None) -> bool:
        return standing is not None and self.shape.sight(actor, standing) == self.sight

    # Coming and going.

    def enter(self) -> None:
        self.users += 1

    def leave(self) -> None:
        self.users -= 1
        self.forget()
        if not self.users:
            self.held.close()

    def take(self, member: Member, roll: Roll) -> bool:
        """Push to the member from now on, unless it lags behind the others. `roll` is what it was held against."""
        if not self.members:
            self._begin(member.place)
        elif self.place is not None and member.place.sequence < self.place.sequence:
            return False
        if roll is not self.sorted_by:
            self.waiter.set()  # the right of either may have ended meanwhile
        self.enter()
        member.group = self
        self.members[member] = None
        self.newcomers.append(member)
        return True

    def _begin(self, place: Cursor) -> None:
        """Go on from here. What came since is looked for: while nobody was there it was not."""
        self.place = place
        self.waiter.set()
        if self.task is None:
            self.task = asyncio.create_task(self._run())

    def drop(self, member: Member) -> None:
        if self._let_go(member):
            self.leave()

    def _let_go(self, member: Member) -> bool:
        if member not in self.members:
            return False
        del self.members[member]
        member.group = None
        return True

    def release(self, member: Member) -> None:
        """Let the member find out by itself what is the matter. What was prepared stays for that long."""
        if self._let_go(member):
            catching_up = self.groups.follow(self.feed.stream, self.shape, member)
            catching_up.add_done_callback(lambda _: self.leave())

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    # Living.

    async def _run(self) -> None:
        """Serve until stopped. Whatever is wrong, the members find out by themselves."""
        leave = self.release
        try:
            with self.feed.waiting() as self.waiter:
                while True:
                    await self._serve()
        except Away as away:
            log.warning("followers are sent away", members=len(self.members), error=str(away))
            leave = self._send_away
        except Exception as problem:
            log.warning("a group ended; its members go on alone", error=type(problem).__name__)
        finally:
            self.task = None
            for member in list(self.members):
                leave(member)

    def _send_away(self, member: Member) -> None:
        self.drop(member)
        member.context.run(member.ended, Away())

    async def _serve(self) -> None:
        self.waiter.clear()
        speaker = next(iter(self.members), None)
        if speaker is None or self.place is None:
            await pause(self.waiter)
            return
        page = await self.feed.page(self.place, self.waiter)
        news = upcoming(page, self.place)
        reads = Attended(self.feed, page.roll)
        prepared = await self.prepare(news, speaker.actor, reads)
        roll = await reads.roll()
        self._sort_out(roll)
        if news and not self.sees_alike(speaker.actor, roll.get(speaker.actor.id)):
            return  # what was executed as somebody without the right is nobody's: once more, as another
        self.keep(prepared)
        await self._tell_all(list(self.members), news, prepared)
        if self.place.sequence >= page.head:
            await self._rest(page)

    def _sort_out(self, roll: Roll) -> None:
        """Let those go who may not follow any more, or see things differently now."""
        changed, self.sorted_by = roll is not self.sorted_by, roll
        doubtful, self.newcomers = list(self.members) if changed else self.newcomers, []
        alike: dict[UUID, bool] = {}  # members of one group who are one person see alike
        for member in doubtful:
            id_ = member.actor.id
            if id_ not in alike:
                alike[id_] = self.sees_alike(member.actor, roll.get(id_))
            if not alike[id_]:
                self.release(member)

    async def _rest(self, page: Page) -> None:
        if page.over:
            for member in list(self.members):
                self.release(member)
        else:
            self.forget()
            await pause(self.waiter)

    async def _tell_all(
        self,
        members: Sequence[Member],
        news: Sequence[StoredEvent],
        prepared: Mapping[int, Prepared],
    ) -> None:
        """Tell those whose right was seen to hold since. Who joins meanwhile was not among them, and reads what it missed."""
        for event in news:
            await self._tell(members, event.place, prepared[event.seq].payload)
        for member in self.newcomers:
            if news and member.place.sequence < news[-1].seq:
                self.release(member)

    async def _tell(self, members: Sequence[Member], place: Cursor, payload: Payload) -> None:
        self.place = place
        async with aclosing(self.groups.turns.of(members)) as turns:
            async for some in turns:
                delivered = sum(self._told(member, place, payload) for member in some)
                self.groups.counted(delivered)

    def _told(self, member: Member, place: Cursor, payload: Payload) -> bool:
        """Tell a member that is still here and has not heard it yet; return whether anything was written."""
        if member.group is not self or member.place.sequence >= place.sequence:
            return False
        if member.place.sequence + 1 < place.sequence:  # it came while nobody else was left
            self.release(member)
            return False
        if payload is not None and not member.receiver.push(payload):
            self.release(member)
            return False
        member.place = place
        return payload is not None
