"""What one request may ask for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import strawberry

from domain.rates import OperationKind, Rate
from schema.context import Info
from schema.fields import query
from schema.guards import Public
from schema.types.limits import STATIC, ApiLimits


@strawberry.type
class LimitQueries:
    @query(ApiLimits, Public())
    async def api_limits(self, info: Info) -> Any:
        """What one request may ask for, and how often."""
        rates = info.context.services.rates.rates
        buckets = (
            [_bucket(kind, rates.of(kind)) for kind in (*OperationKind, None)] if rates else []
        )
        return SimpleNamespace(**STATIC, rates=buckets)


def _bucket(kind: OperationKind | None, rate: Rate) -> Any:
    return SimpleNamespace(operation=kind, per_second=rate.per_second, burst=rate.burst)
