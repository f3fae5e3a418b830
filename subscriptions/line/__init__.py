"""The wake-up line's backends: ours, because broadcaster's own lose messages silently when a connection breaks."""

from __future__ import annotations

from urllib.parse import urlsplit

from subscriptions.line.base import Line
from subscriptions.line.memory import MemoryLine
from subscriptions.line.postgres import PostgresLine
from subscriptions.line.redis import RedisLine

KINDS: dict[str, type[PostgresLine | RedisLine]] = {
    "postgres": PostgresLine,
    "postgresql": PostgresLine,
    "redis": RedisLine,
    "rediss": RedisLine,
    "unix": RedisLine,
}


def line_of(url: str | None) -> Line:
    """Return the line of a `HUDDLE_BROADCAST_URL`; without one it ends at this process."""
    scheme = urlsplit(url or "").scheme
    if not url or scheme == "memory":
        return MemoryLine()
    if scheme not in KINDS:
        raise ValueError("is memory://, a redis:// or a postgresql:// address.")
    return KINDS[scheme](url)
