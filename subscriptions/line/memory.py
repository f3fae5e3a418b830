"""The line within one process."""

from __future__ import annotations

from subscriptions.line.base import Line


class MemoryLine(Line):
    async def connect(self) -> None: ...

    async def disconnect(self) -> None:
        self.up = False

    async def subscribe(self, channel: str) -> None:
        self.confirmed()

    async def unsubscribe(self, channel: str) -> None: ...

    async def publish(self, channel: str, message: str) -> None:
        self.put(message)
