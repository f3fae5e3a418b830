"""Servers with a mistake planted in them, to see that the check can fail: `python -m scripts.chaos.plants NAME serve`.

serial      sequences come from a counter that no lock holds until the commit, and conversations are not locked
no-resync   a broker that comes back is trusted to have lost nothing, and nothing polls
early       streams are woken before the commit, and nothing polls
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa

SLOW_SECONDS = 0.08
NEVER = 1e9


def serial() -> None:
    """Take the next number at once and in another transaction, as a sequence of the database does."""
    from models import numbering, unit_of_work
    from models.log import events
    from models.transactions import Transaction

    async def number(work: Any, recorded: Any, now: Any) -> Any:
        news = numbering.of_streams(recorded)
        engine = work.writer.connection.engine
        async with _another_writer(engine) as writer:
            other = Transaction(writer, engine)
            async with other.open():
                heads = {
                    stream.id: await _next(other, stream, len(news[stream])) for stream in news
                }
        await asyncio.sleep(random.choice((0, SLOW_SECONDS)))
        await work.insert(events, numbering.rows_of(news, heads, now))
        return numbering.cursors_of(news, heads)

    _plant(unit_of_work, "number", number)
    _plant(sa.Select, "with_for_update", lambda select, **_: select)


@asynccontextmanager
async def _another_writer(engine: Any) -> AsyncGenerator[Any]:
    from models.writers import Writers

    writers = Writers(engine, 1)
    async with writers.turn() as writer:
        yield writer
    await writers.dispose()


async def _next(other: Any, stream: Any, more: int) -> Any:
    from models.log import streams

    s = streams.c
    moved = sa.update(streams).where(s.id == stream.id).values(head=s.head + more)
    row = await other.first(moved.returning(s.head, s.epoch))
    return row.head, row.epoch


def no_resync() -> None:
    from subscriptions.line import base

    def confirmed(line: Any) -> None:
        line.up = True

    _plant(base.Line, "confirmed", confirmed)
    _no_poll()


def early() -> None:
    """Wake first and commit a moment later."""
    from models import unit_of_work
    from schema import context
    from server import timers

    @asynccontextmanager
    async def unit(
        database: Any, wake: Any, author: Any = unit_of_work.SYSTEM
    ) -> AsyncGenerator[Any]:
        async with database.lock, database.writers.turn() as writer:
            work = unit_of_work.UnitOfWork(writer, database.engine, author)
            async with work.open():
                yield work
                await work.write_events()
                await work.write_audit()
                heads: Mapping[Any, int] = {c.stream_id: c.sequence for c in work.cursors.values()}
                wake(heads)
                await asyncio.sleep(SLOW_SECONDS)

    _plant(context, "unit_of_work", unit)
    _plant(timers, "unit_of_work", unit)
    _no_poll()


def _no_poll() -> None:
    from server import app
    from subscriptions import wakeups

    _plant(app, "POLL_SECONDS", {True: NEVER, False: NEVER})
    _plant(wakeups, "DEAF_SECONDS", NEVER)


def _plant(where: object, name: str, what: object) -> None:
    """Put something in the place of what is there; a name that is not there any more is an error."""
    getattr(where, name)
    setattr(where, name, what)


PLANTS: dict[str, Callable[[], None]] = {"serial": serial, "no-resync": no_resync, "early": early}


def main() -> None:
    PLANTS[sys.argv.pop(1)]()
    from server.cli import main as serve

    serve()


if __name__ == "__main__":
    main()
