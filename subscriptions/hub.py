"""Who waits for which stream in this process. A wake-up only says: look again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID


class Hub:
    """`heads` is where the database was last seen to be, per stream with waiters."""

    def __init__(self) -> None:
        self.waiters: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self.heads: dict[UUID, int] = {}
        self.resyncs = 0

    @contextmanager
    def waiting(self, stream_ids: Iterable[UUID]) -> Iterator[asyncio.Event]:
        """Register a waiter for the streams: do this BEFORE the first read."""
        waiter, ids = asyncio.Event(), list(stream_ids)
        for stream_id in ids:
            self.waiters[stream_id].add(waiter)
        try:
            yield waiter
        finally:
            for stream_id in ids:
                self._leave(stream_id, waiter)

    def _leave(self, stream_id: UUID, waiter: asyncio.Event) -> None:
        self.waiters[stream_id].discard(waiter)
        if not self.waiters[stream_id]:
            del self.waiters[stream_id]
            self.heads.pop(stream_id, None)

    def wake(self, heads: Mapping[UUID, int]) -> None:
        for stream_id, head in heads.items():
            if stream_id in self.waiters:
                self.heads[stream_id] = head
                for waiter in self.waiters[stream_id]:
                    waiter.set()

    def see(self, stream_id: UUID, head: int, by: asyncio.Event | None) -> None:
        """Remember what a reader has found, and wake the others if it is news."""
        if stream_id in self.waiters and self.heads.get(stream_id) != head:
            self.heads[stream_id] = head
            for waiter in self.waiters[stream_id] - {by}:
                waiter.set()

    def hint(self, stream_id: UUID, head: int) -> None:
        """Wake for what somebody says to have happened. It is not remembered: it may not be true."""
        if stream_id in self.waiters and self.heads.get(stream_id) != head:
            for waiter in self.waiters[stream_id]:
                waiter.set()

    def wake_all(self) -> None:
        """Used when wake-ups may have been lost."""
        self.resyncs += 1
        for waiters in self.waiters.values():
            for waiter in waiters:
                waiter.set()
