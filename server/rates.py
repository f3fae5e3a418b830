"""Token buckets: in Redis where one is configured, so that all processes share them; else in this process."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog
from redis.exceptions import RedisError
from throttled.asyncio import MemoryStore, Quota, RedisStore, Throttled, rate_limiter
from throttled.asyncio.store import BaseStore
from throttled.exceptions import BaseThrottledError

from domain.rates import OperationKind, Rate, Rates

KINDS: tuple[OperationKind | None, ...] = (*OperationKind, None)
BUCKETS = 100_000  # the least recently used are forgotten
SHARED_SECONDS = 0.2  # how long a request waits for the shared buckets
AWAY_SECONDS = 1.0  # and how long none asks them after they did not answer

log = structlog.get_logger()


class Unlimited:
    rates: Rates | None = None

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        return 0.0

    async def close(self) -> None:
        return


class Buckets:
    """While the shared buckets are away this process counts by itself: nobody is refused for that."""

    rates: Rates | None

    def __init__(self, rates: Rates, url: str | None) -> None:
        self.rates = rates
        own = MemoryStore(options={"MAX_SIZE": BUCKETS})
        self.own = {kind: _throttle(rates.of(kind), own) for kind in KINDS}
        self.away_until = float("-inf")
        self.shared: dict[OperationKind | None, Throttled] = {}
        self.store = RedisStore(url, {"SOCKET_TIMEOUT": SHARED_SECONDS}) if url else None
        if self.store:
            self.shared = {kind: _throttle(rates.of(kind), self.store) for kind in KINDS}

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        assert self.rates, "buckets are made for rates"
        key, affordable = f"{person}:{field}", min(tokens, self.rates.of(kind).burst)
        if self.shared and time.monotonic() > self.away_until:
            try:
                async with asyncio.timeout(SHARED_SECONDS):
                    return await _take(self.shared[kind], key, affordable)
            except (BaseThrottledError, RedisError, OSError, TimeoutError) as problem:
                self.away_until = time.monotonic() + AWAY_SECONDS
                log.warning("shared buckets are away", problem=type(problem).__name__)
        return await _take(self.own[kind], key, affordable)

    async def close(self) -> None:
        if self.store:
            client: Any = self.store._backend.get_client()  # noqa: SLF001  # it offers no way to end
            await client.connection_pool.disconnect()


def buckets(rates: Rates | None, url: str | None) -> Buckets | Unlimited:
    return Unlimited() if rates is None else Buckets(rates, url)


def _throttle(rate: Rate, store: BaseStore) -> Throttled:
    quota: Quota = rate_limiter.per_sec(rate.per_second, burst=rate.burst)
    return Throttled(using="token_bucket", quota=quota, store=store, key_prefix="huddle")


async def _take(bucket: Throttled, key: str, tokens: int) -> float:
    result = await bucket.limit(key, cost=tokens)
    return float(result.state.retry_after) if result.limited else 0.0
