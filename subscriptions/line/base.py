"""What all lines share: messages wait in a bounded queue, and what might have been missed is told as RESYNC."""

from __future__ import annotations

import asyncio
import random
from abc import abstractmethod
from collections.abc import Sequence

import structlog
from broadcaster import BroadcastBackend, Event

CHANNEL = "huddle"
RESYNC = "resync"
WAITING_MESSAGES = 10_000
CANCEL_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0

log = structlog.get_logger()


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are done: a client library may swallow a cancellation that comes while it connects."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_SECONDS)


class Line(BroadcastBackend):
    """`up` tells whether messages are heard at the moment."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Event] = asyncio.Queue(WAITING_MESSAGES)
        self.up = False

    async def next_published(self) -> Event:
        return await self.heard.get()

    async def publish_all(self, messages: Sequence[str]) -> None:
        for message in messages:
            await self.publish(CHANNEL, message)

    def put(self, message: str) -> None:
        """Keep a message for whoever listens. A queue that overflows collapses into one RESYNC."""
        if self.heard.full():
            while not self.heard.empty():
                self.heard.get_nowait()
            message = RESYNC
        self.heard.put_nowait(Event(CHANNEL, message))

    def confirmed(self) -> None:
        """From now on messages are heard; what was sent before may have been missed."""
        self.up = True
        self.put(RESYNC)


class SupervisedLine(Line):
    """Owns a connection to a broker, and makes it anew for ever. Subscribing does no work of its own."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.supervisor: asyncio.Task[None] | None = None

    @abstractmethod
    async def hear(self) -> None:
        """Connect, call `confirmed` once the broker has said so, and put messages until the connection breaks."""

    @abstractmethod
    async def close(self) -> None:
        """Close what publishing uses."""

    async def connect(self) -> None:
        self.supervisor = asyncio.create_task(self._supervise())

    async def disconnect(self) -> None:
        if self.supervisor is not None:
            await end([self.supervisor])
        await self.close()

    async def subscribe(self, channel: str) -> None: ...

    async def unsubscribe(self, channel: str) -> None: ...

    async def _supervise(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self.hear()
            except Exception as problem:
                log.warning("the wake-up line is lost", problem=type(problem).__name__)
            pause = FIRST_PAUSE if self.up else min(pause * 2, LONGEST_PAUSE)
            self.up = False
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # jitter is no secret
