"""Same key, same input: the first result again. Same key, other input: a refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain import text
from domain.actors import Actor
from domain.errors import IdempotencyConflict
from models.columns import database_now, seconds_ago
from models.log import idempotency
from models.prepared import prepared
from models.unit_of_work import UnitOfWork, adapter, to_json
from resolvers.changes import Changed

LIFETIME = timedelta(hours=24)
k = idempotency.c


def _claim(_: None, dialect: str, **values: Any) -> sa.Insert:
    """Take a key that is free or past its lifetime. It waits for a rival who is taking it."""
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    claimed = insert(idempotency).values(**values, created_at=database_now())
    taken: sa.Insert = claimed.on_conflict_do_update(
        index_elements=[k.actor_id, k.operation, k.key],
        set_={
            "fingerprint": claimed.excluded.fingerprint,
            "result": None,
            "created_at": claimed.excluded.created_at,
        },
        where=k.created_at < seconds_ago(LIFETIME.total_seconds()),
    ).returning(k.created_at)
    return taken


def _mine(who: Any, what: Any, named: Any) -> list[Any]:
    return [k.actor_id == who, k.operation == what, k.key == named]


CLAIM = prepared(_claim)
CLAIMED = prepared(lambda _, **mine: sa.select(k.fingerprint, k.result).where(*_mine(**mine)))
FREE = prepared(lambda _, **mine: sa.delete(idempotency).where(*_mine(**mine)))
KEEP = prepared(
    lambda _, told, **mine: sa.update(idempotency).where(*_mine(**mine)).values(result=told)
)


async def claim(
    work: UnitOfWork, actor: Actor, operation: str, key: str, fingerprint: str
) -> Changed | None:
    """Take the key for this transaction, or return what its first use has changed."""
    key = text.required(key, text.KEY, "input", "idempotencyKey")
    mine = {"actor_id": actor.id, "operation": operation, "key": key}
    if await CLAIM.all(work, None, work.dialect.name, **mine, fingerprint=fingerprint):
        return None
    (row,) = await CLAIMED.all(work, who=actor.id, what=operation, named=key)
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict(
            "This key was used for another input already; use a new one.",
            path=["input", "idempotencyKey"],
        )
    replayed: Changed = adapter(Changed).validate_json(row.result)
    return replayed


async def keep(work: UnitOfWork, actor: Actor, operation: str, key: str, changed: Changed) -> None:
    """Store the result, in the transaction that brought it about; free the key when all was refused."""
    mine = {"who": actor.id, "what": operation, "named": key.strip()}
    if changed.refused:
        await work.later(FREE, **mine)
    else:
        await work.later(KEEP, **mine, told=to_json(changed))


async def forget(work: UnitOfWork) -> int:
    """Delete keys past their lifetime and return how many."""
    return await work.change(
        sa.delete(idempotency).where(k.created_at < await work.now() - LIFETIME)
    )
