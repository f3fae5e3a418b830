"""Rows of demo data written as text: one line a row, cells divided by bars."""

from __future__ import annotations

from uuid import UUID, uuid5

DEMO = UUID("5c0a6a7e-3f0b-4b53-9a86-0d5f2f5f7a31")


def fixed_id(kind: str, key: str) -> UUID:
    """Return the id that this row has on every load."""
    return uuid5(DEMO, f"{kind}:{key}")


def cells(text: str) -> list[list[str]]:
    """Return the rows of a table of text, each a list of its cells without surrounding space."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def members(cell: str) -> list[str]:
    """Return the parts of a cell that names several things."""
    return [part.strip() for part in cell.split(",") if part.strip()]
