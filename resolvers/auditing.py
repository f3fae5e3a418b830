"""The audit: who asked for what and how it ended."""

from __future__ import annotations

from uuid import UUID

from domain.actors import Actor
from domain.ids import new_id
from models.log import AuditEntry
from models.unit_of_work import UnitOfWork

DONE = "OK"


async def audit(
    work: UnitOfWork, actor: Actor, operation: str, subject_id: UUID | None, outcome: str
) -> None:
    """Write one entry: in the transaction of what succeeded, in one of its own for what was refused."""
    entry = AuditEntry(
        id=new_id(),
        organization_id=actor.organization_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        operation=operation,
        subject_id=subject_id,
        outcome=outcome,
        occurred_at=await work.moment(),
    )
    await work.add(entry)
