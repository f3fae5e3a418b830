"""Reads of the audit, for those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from domain.actors import Actor, ActorKind, OrganizationRight
from domain.audit import DONE
from models.audit import entries
from models.columns import among
from models.database import Query, Reads
from models.prepared import given, prepared
from models.shapes import shape
from models.unit_of_work import Author
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


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


def _matching(actor: Actor, refused: bool | None, **values: Any) -> Query:
    conditions: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
        "operations": lambda chosen: among(e.operation, chosen),
        "actor_ids": lambda chosen: among(e.actor_id, chosen),
        "subject_ids": lambda chosen: among(e.subject_id, chosen),
        "since": lambda moment: e.occurred_at >= moment,
        "until": lambda moment: e.occurred_at < moment,
    }
    found = _visible(actor).where(*(conditions[name](value) for name, value in values.items()))
    if refused is not None:
        found = found.where((e.outcome != DONE) if refused else (e.outcome == DONE))
    return found


LOG = Listing(ENTRY, _matching)
BY_ID = prepared(lambda actor, ids: _visible(actor).where(among(e.id, ids)), AuditEntryView)


async def audit_log(
    reads: Reads, actor: Actor, wanted: AuditFilter, descending: bool, page: PageRequest
) -> PageView[AuditEntryView]:
    values = given(
        operations=wanted.operations,
        actor_ids=wanted.actor_ids,
        subject_ids=wanted.subject_ids,
        since=wanted.since,
        until=wanted.until,
    )
    return await LOG.page(reads, actor, Order((e.seq,), descending), page, wanted.refused, **values)


async def entries_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, AuditEntryView]:
    return {view.id: view for view in await BY_ID.all(reads, actor, ids=ids)}
