"""Scalars and enum values: in the right format, and in a range that the field's name lets one expect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from graphql import GraphQLEnumType, GraphQLScalarType

from schema.scalars import show_moment
from server.mock.dice import Dice
from server.mock.things import Thing, cursor_at, id_of
from server.mock.words import words

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
MINUTES = {  # how long before or after that moment
    "openedAt": -180, "joinedAt": -120, "lastSeenAt": -5, "sentAt": -60, "postedAt": -60, "editedAt": -30,
    "closedAt": 60, "endedAt": 30, "leftAt": 30, "expiresAt": 5, "leaseExpiresAt": 1, "endsAt": 480, "until": 240,
    "levelUntil": 240,
}  # fmt: skip
RANGES = {
    "level": (1, 5), "version": (1, 9), "limit": (4, 7), "current": (4, 7), "taken": (0, 3), "capacity": (5, 5),
    "collaborations": (0, 5), "collaborationsPerAgent": (5, 5), "messageCount": (2, 30), "currentVersion": (1, 9),
}  # fmt: skip
OTHERWISE = (0, 20)
SELDOM_TRUE = frozenset({"external", "churnRisk", "opportunity"})

Scalar = Callable[[Dice, Thing, str], object]


def leaf(kind: GraphQLScalarType | GraphQLEnumType, dice: Dice, thing: Thing, field: str) -> object:
    """Return a value for a field of a thing."""
    if isinstance(kind, GraphQLEnumType):
        return dice.pick(list(kind.values), thing.key, field)
    return SCALARS.get(kind.name, _string)(dice, thing, field)


def _string(dice: Dice, thing: Thing, field: str) -> str:
    return words(thing.kind, field, thing.number)


def _id(dice: Dice, thing: Thing, field: str) -> str:
    named = field.removesuffix("Id")
    kind = thing.kind if field == "id" else named[:1].upper() + named[1:]
    return id_of(kind, dice.number(thing.key, field), thing.number)


def _int(dice: Dice, thing: Thing, field: str) -> int:
    if field.endswith("Seconds"):
        return 30 * dice.between(1, 20, thing.key, field)
    if field.endswith("Bytes"):
        return 1024 * dice.between(64, 256, thing.key, field)
    return dice.between(*RANGES.get(field, OTHERWISE), thing.key, field)


def _float(dice: Dice, thing: Thing, field: str) -> float:
    return dice.between(0, 200, thing.key, field) / 2


def _boolean(dice: Dice, thing: Thing, field: str) -> bool:
    return dice.once_in(4, thing.key, field) is (field in SELDOM_TRUE)


def _moment(dice: Dice, thing: Thing, field: str) -> str:
    """Return a moment; things next to each other follow one another."""
    passed = timedelta(minutes=MINUTES.get(field, 0), seconds=thing.number)
    return show_moment(NOW + passed)


def _cursor(dice: Dice, thing: Thing, field: str) -> str:
    return cursor_at(0)


SCALARS: Mapping[str, Scalar] = {
    "String": _string,
    "ID": _id,
    "Int": _int,
    "Float": _float,
    "Boolean": _boolean,
    "DateTime": _moment,
    "Cursor": _cursor,
}
