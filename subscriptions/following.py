"""Following a stream alone: catch up, then live, in one loop, with the follower's right checked again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.cursors import Cursor
from domain.errors import Forbidden
from domain.streams import Stream
from models.stored import StoredEvent
from subscriptions.feeds import Feed, Feeds
from subscriptions.streams import Standing, check_belongs

IDLE_SECONDS = 30.0
RIGHT_SECONDS = 0.25  # for so long a right that was seen is good while a slow follower takes events


async def follow(
    feeds: Feeds, stream: Stream, follower_id: UUID, cursor: Cursor
) -> AsyncGenerator[StoredEvent]:
    """Yield every event after the cursor, in order, each once, while it may be heard and more can come."""
    check_belongs(cursor, stream)
    with feeds.of(stream) as feed, feed.waiting() as waiter:
        while True:
            waiter.clear()  # before the read, so that a wake-up meanwhile is kept
            page = await feed.page(cursor, waiter)
            news = page.after(cursor)
            async for event in while_allowed(feed, follower_id, news):
                cursor = event.place
                yield event
            if cursor.sequence < page.head:
                continue
            if page.over:
                return
            await pause(waiter)


async def while_allowed(
    feed: Feed, follower_id: UUID, news: Sequence[StoredEvent]
) -> AsyncGenerator[StoredEvent]:
    """Yield events that were read before the right to them is; a slow follower's is read again."""
    right = Right(feed, follower_id)
    await right.read()
    for event in news:
        await right.check()
        yield event


@dataclass(frozen=True)
class Right:
    """A follower's right to a stream, by the roll of all who have it."""

    feed: Feed
    follower_id: UUID

    async def read(self) -> Standing:
        """Return how the follower stands at this moment, or fail."""
        return standing_of((await self.feed.roll()).get(self.follower_id))

    async def check(self) -> Standing:
        """Return how the follower stood a moment ago, or fail."""
        found = (await self.feed.recent_roll(RIGHT_SECONDS)).get(self.follower_id)
        return found or await self.read()


def standing_of(found: Standing | None) -> Standing:
    if found is None:
        raise Forbidden("You may not follow this any more.")
    return found


async def pause(waiter: asyncio.Event, seconds: float | None = None) -> None:
    """Wait until there may be news, or for a while."""
    try:
        async with asyncio.timeout(IDLE_SECONDS if seconds is None else seconds):
            await waiter.wait()
    except TimeoutError:
        return
