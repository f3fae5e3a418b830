"""Reading for an event and for who may hear it, at one moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from models.database import Query
from models.drivers import Rows
from subscriptions.feeds import Feed
from subscriptions.streams import ROLLS, Roll, roll_of


class Attended:
    """Reads whose statements bring the roll along: nobody hears of anything that came after their right to it had ended.

    `rolls` are those brought so far, None where a statement could not bring it.
    """

    def __init__(self, feed: Feed, roll: Roll) -> None:
        self.feed = feed
        self.dialect = feed.database.dialect
        self.rolls: list[Roll | None] = [roll]

    async def all(self, statement: Query) -> Rows:
        self.doubt()
        return await self.feed.database.all(statement)

    async def fetch(self, text: str, arguments: Sequence[Any]) -> Rows:
        database, stream = self.feed.database, self.feed.stream
        if database.is_sqlite:  # which a second statement costs next to nothing
            self.doubt()
            return await database.fetch(text, arguments)
        roll = ROLLS.text(self.dialect, None, (stream.kind,), ("owner_id",))
        both = _both(text, len(arguments), roll.sql)
        own = roll.arguments({"owner_id": stream.owner_id})
        rows = await database.fetch(both, [*arguments, *own])
        self.rolls.append(roll_of(rows[0][-1]) if rows else None)
        return [row[:-1] for row in rows]

    def doubt(self) -> None:
        """Say that something was found whose moment is not known."""
        self.rolls.append(None)

    async def roll(self) -> Roll:
        """Return who may follow, no earlier than at the moment of whatever was found."""
        last = self.rolls[-1]
        if last is not None and all(roll is last for roll in self.rolls):
            return last
        return await self.feed.roll()


@lru_cache(maxsize=256)
def _both(text: str, arguments: int, roll: str) -> str:
    """Return the statement with the roll as one column more; its parameters come after the others."""
    numbered = re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + arguments}", roll)
    return f"SELECT found.*, ({numbered}) FROM ({text}) AS found"  # noqa: S608  # both are statements of ours
