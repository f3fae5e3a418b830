"""Token buckets: in Redis where one is configured, so that all processes share them; else in this process."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from typing import Any

import structlog
from redis.exceptions import RedisError
from throttled import utils
from throttled.asyncio import Quota, RedisStore, Throttled, rate_limiter
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


class Own:
    """Buckets of this process: `left` is how many tokens were in each, and the second when that was so.

    They count as the shared ones do; going the same way as those would cost more than many a request.
    """

    def __init__(self) -> None:
        self.left: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, key: str, tokens: int, rate: Rate) -> float:
        now = utils.now_sec()
        left, then = self.left.get(key, (rate.burst, now))
        left = min(rate.burst, left + max(0, now - then) * rate.per_second)
        if left < tokens:
            return float(math.ceil((tokens - left) / rate.per_second))
        self.left[key] = left - tokens, now
        self.left.move_to_end(key)
        if len(self.left) > BUCKETS:
            self.left.popitem(last=False)
        return 0.0


class Buckets:
    """While the shared buckets are away this process counts by itself: nobody is refused for that."""

    rates: Rates | None

    def __init__(self, rates: Rates, url: str | None) -> None:
        self.rates = rates
        self.own = Own()
        self.away_until = float("-inf")
        self.shared: dict[OperationKind | None, Throttled] = {}
        self.store = RedisStore(url, {"SOCKET_TIMEOUT": SHARED_SECONDS}) if url else None
        if self.store:
            self.shared = {kind: _throttle(rates.of(kind), self.store) for kind in KINDS}

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        assert self.rates, "buckets are made for rates"
        rate = self.rates.of(kind)
        key, affordable = f"{person}:{field}", min(tokens, rate.burst)
        if self.shared and time.monotonic() > self.away_until:
            try:
                async with asyncio.timeout(SHARED_SECONDS):
                    return await _take(self.shared[kind], key, affordable)
            except (BaseThrottledError, RedisError, OSError, TimeoutError) as problem:
                self.away_until = time.monotonic() + AWAY_SECONDS
                log.warning("shared buckets are away", problem=type(problem).__name__)
        return self.own.take(key, affordable, rate)

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
