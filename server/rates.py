"""Token buckets: of this process, or shared by all where a Redis is configured."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

from domain.rates import OperationKind, Rates

BUCKETS = 100_000  # the least recently used are forgotten


def seconds() -> int:
    """Return the time that buckets are filled by."""
    return int(time.time())


class Unlimited:
    rates: Rates | None = None

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        return 0.0

    async def close(self) -> None:
        return


class Buckets:
    """Buckets of this process: `left` is how many tokens were in each, and the second when that was so.

    They count as the shared ones do; going the same way as those would cost more than many a request.
    """

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self.left: OrderedDict[str, tuple[int, int]] = OrderedDict()

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        rate, key, now = self.rates.of(kind), f"{person}:{field}", seconds()
        left, then = self.left.get(key, (rate.burst, now))
        left = min(rate.burst, left + max(0, now - then) * rate.per_second)
        wanted = min(tokens, rate.burst)
        if left < wanted:
            return float(math.ceil((wanted - left) / rate.per_second))
        self.left[key] = left - wanted, now
        self.left.move_to_end(key)
        if len(self.left) > BUCKETS:
            self.left.popitem(last=False)
        return 0.0

    async def close(self) -> None:
        return


def buckets(rates: Rates | None, url: str | None) -> Buckets | Unlimited:
    if rates is None:
        return Unlimited()
    if url is None:
        return Buckets(rates)
    from server.sharedrates import (
        SharedBuckets,  # few share them, and the client takes a while to load
    )

    return SharedBuckets(rates, url)
