"""The messages of graphql-transport-ws: which shapes a client may send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any

PROTOCOL = "graphql-transport-ws"


class Close(IntEnum):
    """Why a socket ends. Clients come back after the first four, with a new token after FORBIDDEN."""

    RESTART = 1012
    TRY_LATER = 1013
    FORBIDDEN = 4403
    INIT_TIMEOUT = 4408
    MALFORMED = 4400
    UNAUTHORIZED = 4401
    NOT_ACCEPTABLE = 4406
    TAKEN = 4409
    TOO_MANY_INITS = 4429


def _any(message: Mapping[str, Any]) -> bool:
    return isinstance(message.get("payload"), dict | None)


def _named(message: Mapping[str, Any]) -> bool:
    return isinstance(message.get("id"), str) and message["id"] != ""


def _subscribe(message: Mapping[str, Any]) -> bool:
    return _named(message) and isinstance(message.get("payload"), dict)


SHAPES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "connection_init": _any,
    "ping": _any,
    "pong": _any,
    "subscribe": _subscribe,
    "complete": _named,
}


def well_formed(message: Any) -> bool:
    """Tell whether a message is one of the protocol's, in the shape that its type demands."""
    if not isinstance(message, dict):
        return False
    kind = message.get("type")
    return isinstance(kind, str) and kind in SHAPES and SHAPES[kind](message)
