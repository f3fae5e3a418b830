"""How an enum of the rules is shown, each of its members described; and the one that is the schema's own."""

from __future__ import annotations

from enum import Enum, StrEnum

import strawberry


def publish(kind: type[Enum], description: str, name: str | None = None, **values: str) -> None:
    """Show an enum; `values` describes each of its members."""
    missing = set(values) ^ {member.name for member in kind}
    if missing:
        raise TypeError(f"{kind.__name__} is not described member by member: {sorted(missing)}")
    strawberry.enum(kind, name=name, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # strawberry sets it
        value.description = values[value.name]


class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


publish(
    OrderDirection, "Which way to sort.", ASC="From small to large.", DESC="From large to small."
)
