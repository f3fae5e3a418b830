"""Customers who wait: the primary is warned of it once, until somebody replies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.races.truth.found import Found


def repeated_warnings(found: Found) -> Iterator[str]:
    for payload, times in Counter(row.payload for row in found.warnings).items():
        if times > 1:
            yield f"the primary was warned {times} times of {payload}"
