"""All that is looked at, in the order in which it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from models.columns import database_now
from models.database import Database
from resolvers.deadlines import seconds_to_next
from server.doctor.databases import settings_of
from server.doctor.findings import Finding, State
from server.revisions import is_current
from server.settings import Settings
from subscriptions.line import line_of

APART_SECONDS = 5.0
LATE_SECONDS = 60.0
BROKER_SECONDS = 5.0


async def examine(chosen: Settings, database: Database) -> Sequence[Finding]:
    if not _exists(database):
        return [Finding(State.WRONG, "database", "there is no such file", "Run `huddle migrate`.")]
    return [
        await _migrations(database),
        *await settings_of(database),
        await _clock(database),
        await _broker(chosen.broadcast_url),
        await _deadlines(database),
        Finding(
            State.OK, "event retention", f"as policies say, at most {chosen.retention_days} days"
        ),
    ]


def _exists(database: Database) -> bool:
    """Tell whether there is something to look at: opening a file would make it."""
    return not database.is_sqlite or Path(database.url.database or "").is_file()


async def _migrations(database: Database) -> Finding:
    if await is_current(database):
        return Finding(State.OK, "migrations", "current")
    return Finding(State.WRONG, "migrations", "not current", "Run `huddle migrate`.")


async def _clock(database: Database) -> Finding:
    """Time is the database's. Tokens are judged by ours, so the two must not be far apart."""
    now = (await database.all(sa.select(database_now())))[0][0]
    apart = abs((datetime.now(UTC) - now).total_seconds())
    found = f"{apart:.1f} s apart from ours"
    if apart <= APART_SECONDS:
        return Finding(State.OK, "database's clock", found)
    advice = "Tokens are judged by the wrong time: set both hosts by the same time server."
    return Finding(State.WRONG, "database's clock", found, advice)


async def _broker(url: str | None) -> Finding:
    line = line_of(url)
    await line.connect()
    try:
        await line.subscribe("")
        async with asyncio.timeout(BROKER_SECONDS):
            while not line.up:  # noqa: ASYNC110  # a line tells nobody that it is up
                await asyncio.sleep(0.02)
    except TimeoutError:
        advice = "Events reach other processes by polling only: within about a second."
        return Finding(State.WARNING, "wake-up line", "the broker does not answer", advice)
    finally:
        await line.disconnect()
    found = "the broker answers" if url else "none; processes poll"
    return Finding(State.OK, "wake-up line", found)


async def _deadlines(database: Database) -> Finding:
    soonest = await seconds_to_next(database) if await is_current(database) else None
    if soonest is None or soonest > -LATE_SECONDS:
        return Finding(State.OK, "deadlines", "met")
    advice = "Nobody does what falls due: is a process serving?"
    return Finding(State.WARNING, "deadlines", f"one is {-soonest:.0f} s late", advice)
