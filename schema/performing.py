"""The one way from a mutation field to its use case: transaction, idempotency, audit, refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import orjson
import strawberry

from domain.actors import Actor, Asker
from domain.errors import BadUserInput, Reason, Refusal
from models.unit_of_work import UnitOfWork, through_deadlocks
from resolvers.auditing import DONE, audit
from resolvers.changes import Changed
from resolvers.idempotency import claim, keep
from schema.context import Info
from schema.fields import given
from schema.ids import decode_any

UseCase = Callable[[UnitOfWork, Asker], Awaitable[Changed]]

UNAUDITED = frozenset({"heartbeat"})


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
    errors = [error for each in changed.invited for error in each.errors]
    return PayloadView(changed, errors)


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
        if info.field_name not in UNAUDITED:
            await audit(work, actor, info.field_name, subject_of(input), _outcome(changed))
    return changed


def _outcome(changed: Changed) -> str:
    """Return OK, or the codes of what was refused among several."""
    return _codes([error for each in changed.invited for error in each.errors]) or DONE


def _codes(reasons: Sequence[Reason]) -> str:
    return ",".join(sorted({reason.code.value for reason in reasons}))


async def _audit_refusal(info: Info, input: Any, reasons: Sequence[Reason]) -> None:
    actor: Actor = info.context.known
    async with info.context.work() as work:
        await audit(work, actor, info.field_name, subject_of(input), _codes(reasons))


def fingerprint(input: Any) -> str:
    """Return a digest of everything in the input but the key."""
    values = {name: value for name, value in asdict(input).items() if name != "idempotency_key"}
    text = orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def subject_of(input: Any) -> UUID | None:
    """Return the first id that the input names: what the mutation is about."""
    named = [value for name, value in asdict(input).items() if name.endswith("_id")]
    ids = [value for value in named if isinstance(value, str) and value is not strawberry.UNSET]
    try:
        return decode_any(ids[0])[1] if ids else None
    except BadUserInput:
        return None
