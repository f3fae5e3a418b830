"""Reads of conversations, with what the asker holds in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
)
from domain.cursors import Cursor, digest_of
from domain.masking import mask_name
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import StreamKind
from models.columns import among
from models.conversations import collaborations, conversations, customers, participants
from models.database import Query, Reads
from models.handing import delegations
from models.log import events, streams
from models.narrowing import narrows
from models.prepared import given, prepared
from models.shapes import Shape, grouped, shape
from models.visibility import (
    conversation_visible,
    current_conversation_status,
    current_level,
    oversees,
    seats_held,
    standing,
    stands_in,
)
from resolvers.reads.hiding import hidden_from, page_hidden_from
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class ConversationView:
    """`viewer_level` is None for those who see the conversation from outside."""

    id: UUID
    organization_id: UUID
    customer_id: UUID
    department_id: UUID
    subject: str
    status: ConversationStatus
    classes: frozenset[ConversationClass]
    seats_taken: int
    version: int
    opened_at: datetime
    closed_at: datetime | None
    viewer_id: UUID | None
    viewer_level: PermissionLevel | None
    viewer_role: ParticipantRole | None
    principal_id: UUID | None
    delegate_id: UUID | None
    stream_id: UUID
    head: int
    epoch: UUID
    pruned_digest: bytes
    newest_event_id: UUID | None

    @property
    def cursor(self) -> str:
        """Where the conversation's events stood when this was read: before anything that is read below it."""
        newest = self.newest_event_id
        digest = digest_of(newest) if newest else self.pruned_digest
        return str(Cursor(self.stream_id, self.head, digest, self.epoch))


@dataclass(frozen=True)
class CustomerView:
    id: UUID
    name: str
    email: str | None
    phone: str | None
    tier: CustomerTier
    churn_risk: bool
    opportunity: bool


@dataclass(frozen=True)
class CollaborationView:
    id: UUID
    conversation_id: UUID
    opened_at: datetime
    ended_at: datetime | None
    outcome: CollaborationOutcome | None


viewer = participants.alias("viewer")
CONVERSATION: Shape[ConversationView] = shape(
    ConversationView,
    conversations,
    status=current_conversation_status(),
    seats_taken=seats_held(),
    viewer_id=viewer.c.id,
    viewer_level=sa.case((viewer.c.id.is_not(None), current_level(viewer.c))),
    viewer_role=viewer.c.role,
    principal_id=delegations.c.principal_id,
    delegate_id=delegations.c.delegate_id,
    stream_id=streams.c.id,
    head=streams.c.head,
    epoch=streams.c.epoch,
    pruned_digest=streams.c.pruned_digest,
    newest_event_id=events.c.event_id,
)
CUSTOMER = shape(CustomerView, customers)
COLLABORATION = shape(CollaborationView, collaborations)
NEWEST_FIRST = Order((conversations.c.opened_at, conversations.c.id), descending=True)


def visible_conversations(actor: Actor) -> Query:
    """Every conversation the asker may see, each with the asker's own place in it."""
    mine = (viewer.c.conversation_id == conversations.c.id) & standing(actor, viewer.c)
    of_conversation = streams.c.kind == StreamKind.CONVERSATION
    own_stream = of_conversation & (streams.c.owner_id == conversations.c.id)
    g = delegations.c
    delegated = (g.conversation_id == conversations.c.id) & g.ended_at.is_(None)
    newest = (events.c.stream_id == streams.c.id) & (events.c.seq == streams.c.head)
    return (
        CONVERSATION.select()
        .select_from(
            conversations.outerjoin(viewer, mine)
            .join(streams, own_stream)
            .outerjoin(events, newest)
            .outerjoin(delegations, delegated)
        )
        .where(conversation_visible(actor))
    )


@dataclass(frozen=True)
class ConversationFilter:
    """`participating` True: only those the asker takes part in; False: only those overseen from outside."""

    statuses: Sequence[ConversationStatus] | None = None
    classes: Sequence[ConversationClass] | None = None
    department_ids: Sequence[UUID] | None = None
    participating: bool | None = None


def _matching(
    actor: Actor,
    participating: bool | None,
    classes: Sequence[ConversationClass] | None,
    **values: Any,
) -> Query:
    found = visible_conversations(actor)
    if "statuses" in values:
        found = found.where(among(current_conversation_status(), values["statuses"]))
    if "department_ids" in values:
        found = found.where(among(c.department_id, values["department_ids"]))
    if classes is not None:
        found = found.where(sa.or_(sa.false(), *(_of_class(kind) for kind in classes)))
    if participating is not None:
        inside = stands_in(c.id, actor)
        found = found.where(inside if participating else ~inside & oversees(actor, c.department_id))
    return found


def _of_class(kind: ConversationClass) -> sa.ColumnElement[bool]:
    return sa.type_coerce(conversations.c.classes, sa.String).contains(kind.name)


def _customers(actor: Actor, ids: Any) -> Query:
    u = customers.c
    known = sa.exists().where(c.customer_id == u.id, stands_in(c.id, actor))
    return CUSTOMER.select().where(
        u.organization_id == actor.organization_id, among(u.id, ids), known
    )


def _collaborations(actor: Actor) -> Query:
    return (
        COLLABORATION.select()
        .join_from(collaborations, conversations)
        .where(conversation_visible(actor))
    )


c, g = conversations.c, collaborations.c
LIST = Listing(CONVERSATION, _matching)
BY_ID = prepared(
    lambda actor, ids: visible_conversations(actor).where(among(c.id, ids)), ConversationView
)
CUSTOMERS = prepared(_customers, CustomerView)
OPEN = prepared(
    lambda actor, ids: _collaborations(actor).where(
        among(g.conversation_id, ids), g.ended_at.is_(None)
    ),
    CollaborationView,
)
COLLABORATIONS_BY_ID = prepared(
    lambda actor, ids: _collaborations(actor).where(among(g.id, ids)), CollaborationView
)
COLLABORATIONS = prepared(
    lambda actor, ids: (
        _collaborations(actor).where(among(g.conversation_id, ids)).order_by(g.opened_at, g.id)
    ),
    CollaborationView,
)


async def list_conversations(
    reads: Reads, actor: Actor, wanted: ConversationFilter, order: Order, page: PageRequest
) -> PageView[ConversationView]:
    classes = None if wanted.classes is None else tuple(sorted(set(wanted.classes)))
    values = given(statuses=wanted.statuses, department_ids=wanted.department_ids)
    listed = await LIST.page(reads, actor, order, page, wanted.participating, classes, **values)
    return await page_hidden_from(actor, reads, listed, "subject", place="id")


@narrows("id")
async def conversations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, ConversationView]:
    found = await BY_ID.all(reads, actor, ids=ids)
    return {view.id: view for view in await hidden_from(actor, reads, found, "subject", place="id")}


@narrows("id")
async def customers_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, CustomerView]:
    """Return customers of conversations the asker stands in."""
    found = {view.id: view for view in await CUSTOMERS.all(reads, actor, ids=ids)}
    if actor.external:
        return {id_: replace(view, name=mask_name(view.name)) for id_, view in found.items()}
    return found


async def open_collaborations(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, CollaborationView]:
    found = await OPEN.all(reads, actor, ids=conversation_ids)
    return {view.conversation_id: view for view in found}


async def collaborations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, CollaborationView]:
    return {view.id: view for view in await COLLABORATIONS_BY_ID.all(reads, actor, ids=ids)}


async def collaborations_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, list[CollaborationView]]:
    """Return every collaboration there was in each conversation, in their order."""
    found = await COLLABORATIONS.all(reads, actor, ids=conversation_ids)
    return grouped(found, attrgetter("conversation_id"), conversation_ids)
