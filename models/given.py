"""Rows that PostgreSQL takes as parameters: few value by value, many as an array for each column, into which the driver
takes long to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FEW = 6


def size(rows: Sequence[Any]) -> int:
    """Return how many rows there are, or a number for any that are many: each number has a text of its own."""
    return min(len(rows), FEW + 1)


def source(kinds: Sequence[str], size: int, after: int = 0) -> str:
    """Return the SQL of so many rows of these types. Their parameters are numbered on from `after`."""
    if size > FEW:
        return f"unnest({', '.join(f'${after + n}::{kind}[]' for n, kind in enumerate(kinds, 1))})"
    rows = (_row(kinds, after + row * len(kinds)) for row in range(size))
    return f"(VALUES {', '.join(rows)})"


def _row(kinds: Sequence[str], after: int) -> str:
    return f"({', '.join(f'${after + n}::{kind}' for n, kind in enumerate(kinds, 1))})"


def places(kinds: Sequence[str], size: int) -> int:
    """Return how many parameters such rows have."""
    return len(kinds) * (1 if size > FEW else size)


def parameters(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Return what goes in their places."""
    if len(rows) > FEW:
        return [list(column) for column in zip(*rows, strict=True)]
    return [value for row in rows for value in row]
