"""What makes the product durable: streams and their events, replayable results, deadlines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.actors import ActorKind
from domain.deadlines import DeadlineKind
from domain.streams import StreamKind
from models.columns import Choice, choice, instant, table
from models.rows import Row


class StreamRow(Row, table=True):
    """`head` is the sequence of the newest event; events up to `pruned` are no longer kept."""

    __tablename__ = "stream"
    __table_args__ = (
        sa.UniqueConstraint("kind", "owner_id"),
        sa.CheckConstraint("pruned >= 0 AND pruned <= head", name="stream_order"),
    )

    id: UUID = Field(primary_key=True)
    kind: StreamKind = choice(StreamKind)
    owner_id: UUID
    head: int = Field(default=0, sa_type=sa.BigInteger)
    pruned: int = Field(default=0, sa_type=sa.BigInteger)
    pruned_digest: bytes = bytes(8)
    epoch: UUID


class EventRow(Row, table=True):
    """Append-only. The primary key lets no sequence be given twice."""

    __tablename__ = "event"

    stream_id: UUID = Field(primary_key=True, foreign_key="stream.id")
    seq: int = Field(primary_key=True, sa_type=sa.BigInteger)
    event_id: UUID
    type: str
    payload: str
    actor_kind: ActorKind = choice(ActorKind)
    actor_id: UUID | None = None
    occurred_at: datetime = instant()


class Idempotency(Row, table=True):
    """The first result of a mutation that came with a key."""

    actor_id: UUID = Field(primary_key=True)
    operation: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    result: str | None = None
    created_at: datetime = instant()


class Deadline(Row, table=True):
    __table_args__ = (
        sa.Index("deadline_due", "due_at"),
        sa.Index("deadline_of_conversation", "conversation_id", "due_at"),
    )

    kind: DeadlineKind = Field(sa_column=sa.Column(Choice(DeadlineKind), primary_key=True))
    subject_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    due_at: datetime = instant()


streams = table(StreamRow)
events = table(EventRow)
idempotency = table(Idempotency)
deadlines = table(Deadline)
