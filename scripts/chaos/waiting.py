"""Waiting, and letting tasks end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds, or raise TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def ended(tasks: Sequence[asyncio.Task[Any]]) -> list[Exception]:
    """Cancel what still runs; return how the others failed."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [each for each in results if isinstance(each, Exception)]
