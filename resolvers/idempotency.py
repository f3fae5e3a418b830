"""Same key, same input: the first result again. Same key, other input: a refusal."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from domain import text
from domain.actors import Actor
from domain.errors import IdempotencyConflict
from models.database import first
from models.log import idempotency
from models.unit_of_work import UnitOfWork, adapter, to_json
from resolvers.changes import Changed

LIFETIME = timedelta(hours=24)
k = idempotency.c


async def claim(
    work: UnitOfWork, actor: Actor, operation: str, key: str, fingerprint: str
) -> Changed | None:
    """Take the key for this transaction, or return what its first use has changed."""
    key = text.required(key, text.KEY, "input", "idempotencyKey")
    now = await work.now()
    mine = (k.actor_id == actor.id) & (k.operation == operation) & (k.key == key)
    await work.change(sa.delete(idempotency).where(mine, k.created_at < now - LIFETIME))
    claimed = {
        "actor_id": actor.id,
        "operation": operation,
        "key": key,
        "fingerprint": fingerprint,
        "created_at": now,
    }
    if await work.insert_unless_there(idempotency, claimed):
        return None
    row = await first(work, sa.select(k.fingerprint, k.result).where(mine))
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict(
            "This key was used for another input already; use a new one.",
            path=["input", "idempotencyKey"],
        )
    replayed: Changed = adapter(Changed).validate_json(row.result)
    return replayed


async def keep(work: UnitOfWork, actor: Actor, operation: str, key: str, changed: Changed) -> None:
    """Store the result, in the transaction that brought it about; free the key when all was refused."""
    mine = (k.actor_id == actor.id) & (k.operation == operation) & (k.key == key.strip())
    if changed.refused:
        await work.change(sa.delete(idempotency).where(mine))
    else:
        await work.change(sa.update(idempotency).where(mine).values(result=to_json(changed)))


async def forget(work: UnitOfWork) -> int:
    """Delete keys past their lifetime and return how many."""
    return await work.change(
        sa.delete(idempotency).where(k.created_at < await work.now() - LIFETIME)
    )
