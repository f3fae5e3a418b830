"""What every table's class is made from."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlmodel import SQLModel


class Row(SQLModel):
    """A row to insert. No session ever looks after it: it takes its values as they are, and nothing follows its changes."""

    model_config = {"defer_build": True}  # of what would check its values

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(_defaults(type(self)))
        self.__dict__.update(values)


@cache
def _defaults(kind: type[Row]) -> dict[str, Any]:
    fields = kind.model_fields.items()
    return {name: field.get_default() for name, field in fields if not field.is_required()}
