"""The few scalars of our own, each specified."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.errors import BadUserInput

Cursor = NewType("Cursor", str)


TWO, THREE = [f"{n:02}" for n in range(100)], [f"{n:03}" for n in range(1_000)]


@lru_cache(maxsize=4_096)
def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def show_moment(moment: datetime) -> str:
    """Write RFC 3339 from parts that are written already: `isoformat` takes several times as long."""
    there = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    time = f"{TWO[there.hour]}:{TWO[there.minute]}:{TWO[there.second]}"
    return f"{_day(there.toordinal())}T{time}.{THREE[there.microsecond // 1_000]}Z"


def read_moment(text: Any) -> datetime:
    """Read RFC 3339. A time without an offset is refused: it would be a guess."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadUserInput("A DateTime is written like 2026-01-31T09:30:00Z.") from error
    if moment.tzinfo is None:
        raise BadUserInput("A DateTime needs its offset from UTC: end it with Z, or +08:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadUserInput("This DateTime is beyond the calendar.") from error


def read_cursor_text(text: Any) -> str:
    if not isinstance(text, str):
        raise BadUserInput("A Cursor is a string that this service has given out.")
    return text


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC as RFC 3339 with milliseconds, like `2026-01-31T09:30:00.000Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=show_moment,
        parse_value=read_moment,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description=(
            "A place in a list or in a stream. Opaque: keep it and give it back as it is. "
            "It grants nothing; the right to read is checked each time."
        ),
        specified_by_url="https://relay.dev/graphql/connections.htm#sec-Cursor",
        serialize=str,
        parse_value=read_cursor_text,
    ),
}
