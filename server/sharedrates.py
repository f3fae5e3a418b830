"""Token buckets in Redis, which all processes share."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog
from redis.exceptions import RedisError
from throttled.asyncio import Quota, RedisStore, Throttled, rate_limiter
from throttled.exceptions import BaseThrottledError

from domain.rates import OperationKind, Rate, Rates
from server.rates import Buckets

KINDS: tuple[OperationKind | None, ...] = (*OperationKind, None)
SHARED_SECONDS = 0.2  # how long a request waits for the shared buckets
AWAY_SECONDS = 1.0  # and how long none asks them after they did not answer

log = structlog.get_logger()


class SharedBuckets(Buckets):
    """While the shared buckets are away this process counts by itself: nobody is refused for that."""

    def __init__(self, rates: Rates, url: str) -> None:
        super().__init__(rates)
        self.away_until = float("-inf")
        self.store = RedisStore(url, {"SOCKET_TIMEOUT": SHARED_SECONDS})
        self.shared = {kind: self._throttled(rates.of(kind)) for kind in KINDS}

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        if time.monotonic() > self.away_until:
            try:
                async with asyncio.timeout(SHARED_SECONDS):
                    return await self._take(person, kind, field, tokens)
            except (BaseThrottledError, RedisError, OSError, TimeoutError) as problem:
                self.away_until = time.monotonic() + AWAY_SECONDS
                log.warning("shared buckets are away", problem=type(problem).__name__)
        return await super().take(person, kind, field, tokens)

    async def close(self) -> None:
        client: Any = self.store._backend.get_client()  # noqa: SLF001  # it offers no way to end
        await client.connection_pool.disconnect()

    def _throttled(self, rate: Rate) -> Throttled:
        quota: Quota = rate_limiter.per_sec(rate.per_second, burst=rate.burst)
        return Throttled(using="token_bucket", quota=quota, store=self.store, key_prefix="huddle")

    async def _take(
        self, person: str, kind: OperationKind | None, field: str, tokens: int
    ) -> float:
        cost = min(tokens, self.rates.of(kind).burst)
        result = await self.shared[kind].limit(f"{person}:{field}", cost=cost)
        return float(result.state.retry_after) if result.limited else 0.0
