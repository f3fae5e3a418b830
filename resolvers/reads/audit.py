"""Reads of the audit, for those who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor, ActorKind, OrganizationRight
from domain.audit import DONE
from models.audit import entries
from models.database import Query, Reads
from models.shapes import shape
from models.unit_of_work import Author
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


@dataclass(frozen=True)
class FactView:
    name: str
    value: str


@dataclass(frozen=True)
class AuditEntryView:
    id: UUID
    seq: int
    actor_kind: ActorKind
    actor_id: UUID | None
    operation: str
    outcome: str
    subject_kind: str | None
    subject_id: UUID | None
    stored_facts: str
    occurred_at: datetime
    sealed: bytes

    @property
    def actor(self) -> Author:
        return Author(self.actor_kind, self.actor_id)

    @property
    def refusals(self) -> list[str]:
        return [] if self.outcome == DONE else self.outcome.split(",")

    @property
    def facts(self) -> list[FactView]:
        return [FactView(name, value) for name, value in orjson.loads(self.stored_facts).items()]

    @property
    def digest(self) -> str:
        return self.sealed.hex()


e = entries.c
ENTRY = shape(AuditEntryView, entries, stored_facts=e.facts, sealed=e.digest)


@dataclass(frozen=True)
class AuditFilter:
    operations: Sequence[str] | None = None
    actor_ids: Sequence[UUID] | None = None
    subject_ids: Sequence[UUID] | None = None
    refused: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


def _visible(actor: Actor) -> Query:
    if OrganizationRight.READ_AUDIT not in actor.rights:
        return ENTRY.select().where(sa.false())
    return ENTRY.select().where(e.organization_id == actor.organization_id)


def _matching(actor: Actor, wanted: AuditFilter) -> Query:
    found = _visible(actor)
    for column, chosen in (
        (e.operation, wanted.operations),
        (e.actor_id, wanted.actor_ids),
        (e.subject_id, wanted.subject_ids),
    ):
        if chosen is not None:
            found = found.where(column.in_(chosen))
    if wanted.refused is not None:
        found = found.where((e.outcome != DONE) if wanted.refused else (e.outcome == DONE))
    if wanted.since is not None:
        found = found.where(e.occurred_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(e.occurred_at < wanted.until)
    return found


async def audit_log(
    reads: Reads, actor: Actor, wanted: AuditFilter, descending: bool, page: PageRequest
) -> PageView[AuditEntryView]:
    order = Order([e.seq], descending)
    return await read_page(reads, ENTRY, _matching(actor, wanted), order, page)


async def entries_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AuditEntryView]:
    found = await ENTRY.all(reads, _visible(actor).where(e.id.in_(ids)))
    return {view.id: view for view in found}
