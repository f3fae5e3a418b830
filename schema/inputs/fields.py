"""How inputs are declared."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any, TypeVar

import strawberry

from domain import text

T = TypeVar("T")


def input_type(kind: type[T]) -> type[T]:
    return strawberry.input(kind, description=cleandoc(kind.__doc__ or ""))


def value(description: str) -> Any:
    return strawberry.field(description=description)


def optional(description: str, default: Any = strawberry.UNSET) -> Any:
    return strawberry.field(description=description, default=default)


def key() -> Any:
    return optional(
        "Make a retry harmless: the same key with the same input answers the first result again for 24 hours, "
        f"with another input it is IDEMPOTENCY_CONFLICT. At most {text.KEY} characters."
    )
