"""Long work in short turns: one at a time, each for a moment, and between two of them everybody else has a turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from typing import TypeVar

T = TypeVar("T")

TURN_SECONDS = 0.002  # on a machine that does other things too, less gets done in it
SOME = 16  # items between two looks at the clock


class Turns:
    """Shared by all who have much to do in a process: however many they are, the others wait no longer."""

    def __init__(self) -> None:
        self.one = asyncio.Lock()

    async def of(self, items: Sequence[T]) -> AsyncGenerator[Sequence[T]]:
        """Yield the items, some at a time. What is done with them waits for nothing."""
        done = 0
        while done < len(items):
            async with self.one:
                end, now = time.perf_counter() + TURN_SECONDS, 0.0
                while done < len(items) and now < end:
                    yield items[done : done + SOME]
                    done, now = done + SOME, time.perf_counter()
                if done < len(items):
                    await asyncio.sleep(0)
