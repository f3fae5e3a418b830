"""Whether an answer looks like the example of it that a page shows."""

from __future__ import annotations

import re
from typing import Any

TELLING = re.compile(r"[A-Z]+(_[A-Z]+)*|.* .*\.")  # codes, enums' values, and sentences


def unlike(example: Any, real: Any, path: str = "answer") -> str | None:
    """Return where the two differ: keys, lengths, types, and words that tell something; None if nowhere."""
    if type(example) is not type(real):
        return f"{path}: {example!r} is not {real!r}"
    if isinstance(example, dict):
        return _unlike_keys(example, real, path)
    if isinstance(example, list):
        return _unlike_items(example, real, path)
    if isinstance(example, str) and TELLING.fullmatch(example) and example != real:
        return f"{path}: {example!r} is not {real!r}"
    return None


def _unlike_keys(example: dict[str, Any], real: dict[str, Any], path: str) -> str | None:
    if example.keys() != real.keys():
        return f"{path}: {sorted(example)} are not {sorted(real)}"
    found = (unlike(example[key], real[key], f"{path}.{key}") for key in example)
    return next(filter(None, found), None)


def _unlike_items(example: list[Any], real: list[Any], path: str) -> str | None:
    if len(example) != len(real):
        return f"{path}: {len(example)} items are not {len(real)}"
    pairs = enumerate(zip(example, real, strict=True))
    found = (unlike(one, other, f"{path}[{place}]") for place, (one, other) in pairs)
    return next(filter(None, found), None)
