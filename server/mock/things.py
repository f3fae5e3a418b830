"""What example data is made of, and the opaque ids and places that name it."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import GraphQLError
from strawberry.relay.utils import from_base64, to_base64

NOTHING: Mapping[str, Any] = {}
PLACE = "mock:"


@dataclass(frozen=True)
class Thing:
    """An object of example data: whatever is asked of it follows from its key.

    `number` is its place among its like. `said` is what the request said, as (type, value) by name, for what echoes
    it. `known` are fields that are settled already.
    """

    kind: str
    key: str
    number: int = 0
    said: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)


def id_of(kind: str, origin: int, number: int) -> str:
    """Return an id of the service's own format, with the number at its end."""
    return to_base64(kind, str(UUID(int=(origin << 64) | (8 << 60) | number, version=4)))


def read_id(id_: str) -> tuple[str, int] | None:
    """Return the kind and the number of an id, or None of one that is not of the service's format."""
    try:
        kind, value = from_base64(id_)
        return kind, UUID(value).int & 0xFFFF_FFFF
    except (ValueError, binascii.Error):
        return None


def cursor_at(place: int) -> str:
    return urlsafe_b64encode(f"{PLACE}{place}".encode()).decode()


def place_of(cursor: str) -> int:
    try:
        name, _, digits = urlsafe_b64decode(cursor).decode().partition(":")
        if f"{name}:" == PLACE:
            return int(digits)
    except (ValueError, binascii.Error):
        pass
    raise GraphQLError(
        "This is not a cursor of the mock server.", extensions={"code": "BAD_USER_INPUT"}
    )
