"""What a field costs: 1, unless its declaration says otherwise."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.schema_directive import Location

UNIT = 1


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description=(
        "What the field costs, where that is not 1. A request's cost is the sum over its fields, each times the items "
        "of every list around it: `first` or `last` of a connection (20 unless given), 5 for a list without pages. "
        "`apiLimits` tells how much a request may cost, `extensions.cost` how much it did."
    ),
)
class Cost:
    weight: int

    def sentence(self) -> str:
        return f"Costs {self.weight}."


def weight_of(field: Any) -> int:
    """Return what a field of the built schema costs by itself; one that is not there costs as much as any."""
    if field is None:
        return UNIT
    definition = field.extensions.get("strawberry-definition")
    found = [d for d in getattr(definition, "directives", ()) or () if isinstance(d, Cost)]
    return found[0].weight if found else UNIT
