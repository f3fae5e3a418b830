"""The audit: what is noted of a request, and whether the chains still hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import ActorKind
from domain.audit import BEGINNING, DONE, Act, said, seal
from models.audit import chains, entries
from models.database import Reads
from models.organizations import organizations
from models.unit_of_work import UnitOfWork

BATCH = 1_000
e, c, o = entries.c, chains.c, organizations.c


def audit_system(
    work: UnitOfWork, organization_id: UUID, operation: str, subject_kind: str, subject_id: UUID
) -> None:
    """Note what the service did by itself."""
    system = ActorKind.SYSTEM
    work.audit(Act(organization_id, system, None, operation, DONE, subject_kind, subject_id))


@dataclass(frozen=True)
class Verdict:
    """`broken` says of the first entry that does not hold what is wrong with it; None when all hold."""

    organization: str
    entries: int
    digest: bytes
    broken: str | None = None


async def verify(reads: Reads) -> AsyncIterator[Verdict]:
    """Follow every organization's chain from its beginning."""
    known = sa.select(o.id, o.name, c.head, c.digest).join_from(organizations, chains, isouter=True)
    for organization in await reads.all(known.order_by(o.name, o.id)):
        yield await _follow(reads, organization)


async def _follow(reads: Reads, organization: Any) -> Verdict:
    seq, digest = 0, BEGINNING
    while batch := await _entries_after(reads, organization.id, seq):
        for row in batch:
            if broken := _wrong_with(row, seq, digest):
                return Verdict(organization.name, seq, digest, broken)
            seq, digest = row.seq, row.digest
    broken = None
    if (organization.head or 0, organization.digest or BEGINNING) != (seq, digest):
        broken = (
            f"What comes after entry {seq} is missing: the chain went on to {organization.head}."
        )
    return Verdict(organization.name, seq, digest, broken)


async def _entries_after(reads: Reads, organization_id: UUID, seq: int) -> Any:
    after = (e.organization_id == organization_id) & (e.seq > seq)
    return await reads.all(sa.select(entries).where(after).order_by(e.seq).limit(BATCH))


def _wrong_with(row: Any, before: int, digest: bytes) -> str | None:
    if row.seq != before + 1:
        return f"Entry {before + 1} is missing."
    act = Act(**{name: getattr(row, name) for name in Act.__dataclass_fields__})
    if row.digest != seal(digest, row.seq, said(row.id, row.occurred_at, act)):
        return f"Entry {row.seq} is not what was written: {row.operation} at {row.occurred_at}."
    return None
