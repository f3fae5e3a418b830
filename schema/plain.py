"""What a client gave, without the classes of its types."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from typing import Any


def plain(given: Any) -> Any:
    """Return an input as dicts and lists. Unlike `asdict`, no value is copied: that is what takes long."""
    if isinstance(given, list):
        return [plain(each) for each in given]
    kind: Any = type(given)
    names = _names(kind)
    if names is None:
        return given
    return {name: plain(getattr(given, name)) for name in names}


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    return tuple(kind.__dataclass_fields__) if is_dataclass(kind) else None
