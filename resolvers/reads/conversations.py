"""Reads of conversations, with what the asker holds in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from models.conversations import collaborations, conversations, customers, participants
from models.database import Query, Reads
from models.handing import delegations
from models.log import events, streams
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
from resolvers.reads.paging import Order, PageRequest, PageView, read_page


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
NEWEST_FIRST = Order([conversations.c.opened_at, conversations.c.id], descending=True)


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


async def list_conversations(
    reads: Reads, actor: Actor, wanted: ConversationFilter, order: Order, page: PageRequest
) -> PageView[ConversationView]:
    c = conversations.c
    found = visible_conversations(actor)
    if wanted.statuses is not None:
        found = found.where(current_conversation_status().in_(wanted.statuses))
    if wanted.department_ids is not None:
        found = found.where(c.department_id.in_(wanted.department_ids))
    if wanted.classes is not None:
        found = found.where(sa.or_(sa.false(), *(_of_class(kind) for kind in wanted.classes)))
    if wanted.participating is not None:
        inside = stands_in(c.id, actor)
        found = found.where(
            inside if wanted.participating else ~inside & oversees(actor, c.department_id)
        )
    listed = await read_page(reads, CONVERSATION, found, order, page)
    return await page_hidden_from(actor, reads, listed, "subject", place="id")


def _of_class(kind: ConversationClass) -> sa.ColumnElement[bool]:
    return sa.type_coerce(conversations.c.classes, sa.String).contains(kind.name)


async def conversations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, ConversationView]:
    statement = visible_conversations(actor).where(conversations.c.id.in_(ids))
    found = await CONVERSATION.all(reads, statement)
    found = await hidden_from(actor, reads, found, "subject", place="id")
    return {view.id: view for view in found}


async def customers_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, CustomerView]:
    """Return customers of conversations the asker stands in."""
    c = conversations.c
    known = sa.exists().where(c.customer_id == customers.c.id, stands_in(c.id, actor))
    statement = CUSTOMER.select().where(
        customers.c.organization_id == actor.organization_id, customers.c.id.in_(ids), known
    )
    found = {view.id: view for view in await CUSTOMER.all(reads, statement)}
    if actor.external:
        return {id_: replace(view, name=mask_name(view.name)) for id_, view in found.items()}
    return found


def _seen_collaborations(actor: Actor) -> Query:
    return (
        COLLABORATION.select()
        .join_from(collaborations, conversations)
        .where(conversation_visible(actor))
    )


async def open_collaborations(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, CollaborationView]:
    statement = _seen_collaborations(actor).where(
        collaborations.c.conversation_id.in_(conversation_ids), collaborations.c.ended_at.is_(None)
    )
    return {view.conversation_id: view for view in await COLLABORATION.all(reads, statement)}


async def collaborations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, CollaborationView]:
    statement = _seen_collaborations(actor).where(collaborations.c.id.in_(ids))
    return {view.id: view for view in await COLLABORATION.all(reads, statement)}


async def collaborations_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, list[CollaborationView]]:
    """Return every collaboration there was in each conversation, in their order."""
    c = collaborations.c
    statement = _seen_collaborations(actor).where(c.conversation_id.in_(conversation_ids))
    found = await COLLABORATION.all(reads, statement.order_by(c.opened_at, c.id))
    return grouped(found, lambda view: view.conversation_id, conversation_ids)
