"""Facts as JSON: what events carry and what idempotency keys keep."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what writes and reads facts of this kind as JSON; making one is slow, so each is kept."""
    if kind not in ADAPTERS:
        ADAPTERS[kind] = TypeAdapter(kind)
    return ADAPTERS[kind]


def to_json(facts: object) -> str:
    return adapter(type(facts)).dump_json(facts).decode()
