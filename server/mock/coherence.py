"""Which fields of an object go together, so that a closed conversation has a time of closing and an open one none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def _there(value: Any) -> bool:
    return value is not None


def _is(*values: object) -> Callable[[Any], bool]:
    return lambda value: value in values


# A field has a value only when its neighbour, where there is one, is so.
COUPLED: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "closedAt": ("status", _is("CLOSED")),
    "endedAt": ("status", _is("ACCEPTED", "DECLINED", "REJECTED", "EXPIRED", "REVOKED", "CANCELED")),
    "outcome": ("endedAt", _there),
    "declineReason": ("status", _is("DECLINED")),
    "declineComment": ("status", _is("DECLINED")),
    "participant": ("status", _is("ACCEPTED")),
    "leaveReason": ("leftAt", _there),
    "baseLevel": ("levelUntil", _there),
    "agent": ("kind", _is("AGENT")),
    "sentBy": ("author", _is("SERVICE")),
    "reasons": ("canInvite", _is(False)),
}  # fmt: skip

# Fields that have a value in one object of four; other nullable ones lack it in one of eight.
SELDOM = frozenset({"leftAt", "endedAt", "levelUntil", "editedAt", "until", "endsAt"})
ALWAYS_EMPTY = frozenset({"errors"})
