"""The line over Redis: silence is looked into, and each confirmed subscription resynchronises."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from subscriptions.line.base import CHANNEL, SupervisedLine

CONNECT_SECONDS = 2.0
READ_SECONDS = 1.0
SILENCE_SECONDS = 3.0  # then it is asked whether it is there
DEAD_SECONDS = 6.0


class RedisLine(SupervisedLine):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.publishing: Any = self._client()

    async def hear(self) -> None:
        client = self._client()
        try:
            subscription = client.pubsub()
            await subscription.subscribe(CHANNEL)
            await self._read(subscription)
        finally:
            await _quietly(client)

    async def _read(self, subscription: Any) -> None:
        clock = asyncio.get_running_loop().time
        heard_at, asked = clock(), False
        while clock() - heard_at < DEAD_SECONDS:
            message = await subscription.get_message(timeout=READ_SECONDS)
            if message is not None:
                heard_at, asked = clock(), False
                self._take(message)
            elif clock() - heard_at > SILENCE_SECONDS and not asked:
                await subscription.ping()
                asked = True
        raise TimeoutError

    def _take(self, message: Any) -> None:
        if message["type"] == "subscribe":
            self.confirmed()
        elif message["type"] == "message":
            self.put(message["data"].decode(errors="replace"))

    async def publish(self, channel: str, message: str) -> None:
        await self.publishing.publish(channel, message)

    async def publish_all(self, messages: Sequence[str]) -> None:
        """Send all at once: none waits for what the broker says to the one before."""
        pipeline = self.publishing.pipeline(transaction=False)
        for message in messages:
            pipeline.publish(CHANNEL, message)
        await pipeline.execute()

    async def close(self) -> None:
        await _quietly(self.publishing)

    def _client(self) -> Any:
        return Redis.from_url(
            self.url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=DEAD_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )


async def _quietly(client: Any) -> None:
    """Close a client that may be gone already, in bounded time."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            await client.aclose()
    except Exception:  # whatever it says: it is let go
        return
