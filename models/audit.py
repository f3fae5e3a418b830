"""The audit: append-only, one chain for each organization."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel

from domain.actors import ActorKind
from domain.audit import BEGINNING, Act, seal, to_the_millisecond
from domain.ids import new_id
from models.columns import choice, instant, table
from models.database import insert_unless_there


class AuditEntry(SQLModel, table=True):
    """Triggers refuse to change or delete an entry, and let the chain's head follow each new one."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        # Two entries never follow the same one.
        sa.UniqueConstraint("organization_id", "seq"),
        sa.Index("audit_by_subject", "subject_id", "seq"),
    )

    id: UUID = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    seq: int = Field(sa_type=sa.BigInteger)
    actor_kind: ActorKind = choice(ActorKind)
    actor_id: UUID | None = None
    operation: str
    outcome: str
    subject_kind: str | None = None
    subject_id: UUID | None = None
    facts: str
    occurred_at: datetime = instant()
    digest: bytes


class AuditChain(SQLModel, table=True):
    """`head` and `digest` are those of the newest entry. Its lock is the last one a transaction takes."""

    __tablename__ = "audit_chain"

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    head: int = Field(default=0, sa_type=sa.BigInteger)
    digest: bytes = BEGINNING


entries = table(AuditEntry)
chains = table(AuditChain)


async def append(connection: AsyncConnection, acts: Sequence[Act], now: datetime) -> None:
    """Add an entry for each act, chain by chain in the order of their organizations."""
    now = to_the_millisecond(now)
    for organization_id in sorted({act.organization_id for act in acts}):
        theirs = [act for act in acts if act.organization_id == organization_id]
        rows = _chained(*await _locked(connection, organization_id), theirs, now)
        await connection.execute(sa.insert(entries), rows)


async def _locked(connection: AsyncConnection, organization_id: UUID) -> tuple[int, bytes]:
    """Return the chain's head and digest, held for this transaction; the first entry begins the chain."""
    mine = chains.c.organization_id == organization_id
    head = sa.select(chains.c.head, chains.c.digest).where(mine).with_for_update()
    row = (await connection.execute(head)).first()
    if row is None:
        begun = {"organization_id": organization_id, "head": 0, "digest": BEGINNING}
        await insert_unless_there(connection, chains, begun)
        row = (await connection.execute(head)).one()
    return row.head, row.digest


def _chained(
    head: int, digest: bytes, acts: Sequence[Act], now: datetime
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for seq, act in enumerate(acts, head + 1):
        id_ = new_id()
        digest = seal(digest, seq, id_, now, act)
        rows.append({**vars(act), "id": id_, "seq": seq, "occurred_at": now, "digest": digest})
    return rows
