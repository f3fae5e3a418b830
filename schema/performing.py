"""The one way from a mutation field to its use case: transaction, idempotency, audit, refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from domain.actors import Asker
from domain.errors import Reason, Refusal
from models.unit_of_work import UnitOfWork, through_deadlocks
from resolvers.changes import Changed
from resolvers.idempotency import claim, keep
from schema.auditing import act_of
from schema.context import Info
from schema.fields import given
from schema.plain import plain

UseCase = Callable[[UnitOfWork, Asker], Awaitable[Changed]]

UNAUDITED = frozenset({"heartbeat", "markRead", "markInvitationSeen"})


@dataclass(frozen=True)
class PayloadView:
    """What every payload is made of: what changed, or why nothing did."""

    changed: Changed = field(default_factory=Changed)
    errors: Sequence[Reason] = ()


async def perform(info: Info, input: Any, use_case: UseCase) -> PayloadView:
    """Run the use case in one transaction. A refusal rolls it back and becomes the payload's errors."""
    try:
        changed = await through_deadlocks(lambda: _transact(info, input, use_case))
    except Refusal as refusal:
        await _audit_refusal(info, input, [refusal.reason])
        return PayloadView(errors=[refusal.reason])
    return PayloadView(changed, _refused(changed))


async def _transact(info: Info, input: Any, use_case: UseCase) -> Changed:
    actor, key = info.context.known, given(input.idempotency_key)
    async with info.context.work() as work:
        if key is not None:
            replayed = await claim(work, actor, info.field_name, key, fingerprint(input))
            if replayed is not None:
                return replayed
        changed = await use_case(work, info.asker)
        await work.write_events()
        changed = changed.with_cursor(work.cursors)
        if key is not None:
            await keep(work, actor, info.field_name, key, changed)
        if not changed.unchanged and info.field_name not in UNAUDITED:
            work.audit(act_of(actor, info.field_name, input, _refused(changed)))
    return changed


def _refused(changed: Changed) -> list[Reason]:
    """Return what was refused among several."""
    return [error for each in changed.invited for error in each.errors]


async def _audit_refusal(info: Info, input: Any, reasons: Sequence[Reason]) -> None:
    async with info.context.work() as work:
        work.audit(act_of(info.context.known, info.field_name, input, reasons))


def fingerprint(input: Any) -> str:
    """Return a digest of everything in the input but the key."""
    values = {name: value for name, value in plain(input).items() if name != "idempotency_key"}
    text = orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()
