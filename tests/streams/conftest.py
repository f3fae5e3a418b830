"""Both subscriptions to invitations follow streams that another one follows too; SQLite tries them all."""

from __future__ import annotations

import pytest

from tests.streams.kit import INVITATIONS_HERE, INVITATIONS_OF_MINE

SHARED = {INVITATIONS_HERE.name, INVITATIONS_OF_MINE.name}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to SQLite what PostgreSQL has tried with another subscription to the same stream."""
    spared = [item for item in items if "postgresql" in item.name and _is_shared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in set(spared)]


def _is_shared(item: pytest.Item) -> bool:
    spec = getattr(item, "callspec", None)
    kind = spec.params.get("kind") if spec else None
    return getattr(kind, "name", None) in SHARED
