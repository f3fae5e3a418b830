"""Which type each view is told as; filled as the types are declared."""

from __future__ import annotations

VIEWS: dict[type, str] = {}
