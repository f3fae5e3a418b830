"""Identity: UUIDs whose order is the order of their making."""

from __future__ import annotations

import os
import time
from uuid import UUID


class _Maker:
    """Makes version 7 UUIDs (RFC 9562): milliseconds, a counter within the millisecond, 62 random bits."""

    def __init__(self) -> None:
        self.latest = 0

    def __call__(self) -> UUID:
        ticks = (time.time_ns() // 1_000_000) << 12
        self.latest = max(ticks, self.latest + 1)
        milliseconds, counter = divmod(self.latest, 1 << 12)
        random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0x2 << 62 | random)


new_id = _Maker()
