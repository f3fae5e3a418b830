"""What is tried: which database, which wake-up line, how many processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Line(StrEnum):
    POLL = "poll"
    NOTIFY = "notify"
    REDIS = "redis"


@dataclass(frozen=True)
class Configuration:
    name: str
    postgres: bool
    line: Line
    processes: int = 3
    workers: int = 1  # of each


CONFIGURATIONS = (
    Configuration("SQLite, 1 process", postgres=False, line=Line.POLL, processes=1),
    Configuration("SQLite, 3 processes", postgres=False, line=Line.POLL),
    Configuration("PostgreSQL, poll only", postgres=True, line=Line.POLL),
    Configuration("PostgreSQL, NOTIFY", postgres=True, line=Line.NOTIFY),
    Configuration("PostgreSQL, Redis", postgres=True, line=Line.REDIS),
)
