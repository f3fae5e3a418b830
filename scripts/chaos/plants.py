"""Servers with a mistake planted in them, to see that the check can fail: `python -m scripts.chaos.plants NAME serve`.

serial      sequences come from a counter that no lock holds until the commit, and conversations are not locked
no-resync   a broker that comes back is trusted to have lost nothing, and nothing polls
early       streams are woken before the commit, and nothing polls
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa

SLOW_SECONDS = 0.08
NEVER = 1e9


def serial() -> None:
    """Take the next number at once and in another transaction, as a sequence of the database does."""
    from models import unit_of_work
    from models.database import Database
    from models.log import streams

    opened: list[Database] = []
    begin = Database.writing

    def writing(database: Database) -> Any:
        opened[:] = [database]
        return begin(database)

    async def count(work: Any, stream: Any, news: Sequence[Any], now: Any) -> Any:
        counted = sa.update(streams).where(streams.c.id == stream.id)
        counted = counted.values(head=streams.c.head + len(news))
        async with opened[0].engine.begin() as apart:
            row = await apart.execute(counted.returning(streams.c.head, streams.c.epoch))
            head, epoch = row.one()
        await asyncio.sleep(random.choice((0, SLOW_SECONDS)))
        return _rows(work, stream, news, now, head, epoch)

    _plant(Database, "writing", writing)
    _plant(unit_of_work.UnitOfWork, "_number", count)
    _plant(sa.Select, "with_for_update", lambda select, **_: select)


def _rows(work: Any, stream: Any, news: Sequence[Any], now: Any, head: int, epoch: Any) -> Any:
    from domain.cursors import Cursor, digest_of
    from models.log import EventRow
    from models.unit_of_work import to_json

    work.cursors[stream] = Cursor(stream.id, head, digest_of(news[-1].event_id), epoch)
    return [
        EventRow(
            stream_id=stream.id,
            seq=head - len(news) + 1 + place,
            event_id=each.event_id,
            type=type(each.event).__name__,
            payload=to_json(each.event),
            actor_kind=each.author.kind,
            actor_id=each.author.id,
            occurred_at=now,
        )
        for place, each in enumerate(news)
    ]


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
        async with database.writing() as connection:
            work = unit_of_work.UnitOfWork(connection, author)
            yield work
            await work.write_events()
            if audit := getattr(work, "write_audit", None):
                await audit()
            heads: Mapping[Any, int] = {c.stream_id: c.sequence for c in work.cursors.values()}
            wake(heads)
            await asyncio.sleep(SLOW_SECONDS)

    _plant(context, "unit_of_work", unit)
    _plant(timers, "unit_of_work", unit)
    _no_poll()


def _no_poll() -> None:
    from server import app

    _plant(app, "POLL_SECONDS", {True: NEVER, False: NEVER})


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
