"""The audit: append-only, one chain for each organization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.actors import ActorKind
from domain.audit import BEGINNING, Act, said, seal, to_the_millisecond
from domain.ids import new_id
from models.columns import choice, instant, table
from models.rows import Row
from models.transactions import Transaction


class AuditEntry(Row, table=True):
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


class AuditChain(Row, table=True):
    """`head` and `digest` are those of the newest entry. Its lock is the last one a transaction takes."""

    __tablename__ = "audit_chain"

    organization_id: UUID = Field(primary_key=True, foreign_key="organization.id")
    head: int = Field(default=0, sa_type=sa.BigInteger)
    digest: bytes = BEGINNING


entries = table(AuditEntry)
chains = table(AuditChain)


# PostgreSQL: the head is locked, and the digest worked out, where it is written; see `seal`.
CHAINED = """INSERT INTO audit_entry
 (id, organization_id, seq, actor_kind, actor_id, operation, outcome, subject_kind, subject_id, facts, occurred_at, digest)
SELECT $2::uuid, organization_id, head + 1, $3, $4::uuid, $5, $6, $7, $8::uuid, $9, $10::timestamptz,
 sha256(convert_to('["' || encode(digest, 'hex') || '", ' || head + 1 || ', ' || $11::text, 'UTF8'))
FROM audit_chain WHERE organization_id = $1::uuid FOR UPDATE RETURNING seq"""
HEAD = "SELECT head, digest FROM audit_chain WHERE organization_id = ?"


@dataclass(frozen=True)
class _Entry:
    """A row of the audit."""

    id: UUID
    organization_id: UUID
    seq: int
    actor_kind: ActorKind
    actor_id: UUID | None
    operation: str
    outcome: str
    subject_kind: str | None
    subject_id: UUID | None
    facts: str
    occurred_at: datetime
    digest: bytes


async def append(work: Transaction, acts: Sequence[Act], now: datetime) -> None:
    """Add an entry for each act, chain by chain in the order of their organizations."""
    now = to_the_millisecond(now)
    chain = _chain_on_sqlite if work.is_sqlite else _chain_on_postgresql
    for act in sorted(acts, key=lambda act: act.organization_id):
        if not await chain(work, act, now):  # the first entry begins the chain
            begun = {"organization_id": act.organization_id, "head": 0, "digest": BEGINNING}
            await work.insert_unless_there(chains, begun)
            await chain(work, act, now)


async def _chain_on_postgresql(work: Transaction, act: Act, now: datetime) -> bool:
    id_ = new_id()
    about = (act.operation, act.outcome, act.subject_kind, act.subject_id, act.facts)
    who = (act.actor_kind.name, act.actor_id)
    entry = (act.organization_id, id_, *who, *about, now, said(id_, now, act))
    return bool(await work.together(CHAINED, entry))


async def _chain_on_sqlite(work: Transaction, act: Act, now: datetime) -> bool:
    id_ = new_id()
    (found,) = await work.in_turn([(HEAD, [act.organization_id.hex])])
    for head, digest in found:
        sealed = seal(digest, head + 1, said(id_, now, act))
        entry = _Entry(id=id_, seq=head + 1, occurred_at=now, digest=sealed, **vars(act))
        await work.insert(entries, [entry])
    return bool(found)
