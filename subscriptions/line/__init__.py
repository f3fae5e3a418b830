"""The wake-up line's backends: ours, because broadcaster's own lose messages silently when a connection breaks."""

from __future__ import annotations

from urllib.parse import urlsplit

from subscriptions.line.base import Line
from subscriptions.line.memory import MemoryLine
from subscriptions.line.postgres import PostgresLine

OVER_POSTGRES = ("postgres", "postgresql")
OVER_REDIS = ("redis", "rediss", "unix")
KINDS = (*OVER_POSTGRES, *OVER_REDIS)


def line_of(url: str | None) -> Line:
    """Return the line of a `HUDDLE_BROADCAST_URL`; without one it ends at this process."""
    scheme = urlsplit(url or "").scheme
    if not url or scheme == "memory":
        return MemoryLine()
    if scheme in OVER_POSTGRES:
        return PostgresLine(url)
    if scheme not in OVER_REDIS:
        raise ValueError("is memory://, a redis:// or a postgresql:// address.")
    from subscriptions.line.redis import (
        RedisLine,  # few have one, and its client takes a while to load
    )

    return RedisLine(url)
