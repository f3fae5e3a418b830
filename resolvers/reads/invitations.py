"""Reads of invitations, and the masked preview that helps to decide about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationClass, CustomerTier, MessageAuthor
from domain.invitations import (
    OPEN,
    CollaborationType,
    DeclineReason,
    InvitationKind,
    InvitationStatus,
)
from domain.masking import mask_all, mask_name, mask_text
from domain.permissions import ParticipantRole, PermissionLevel
from models.columns import among, database_now
from models.conversations import conversations, customers, participants
from models.database import Query, Reads
from models.invitations import invitations
from models.messages import messages
from models.narrowing import narrows
from models.prepared import given, prepared
from models.shapes import grouped, shape
from models.visibility import (
    current_status,
    decides,
    invitation_ended_at,
    invitation_visible,
    is_of_others,
)
from resolvers.reads.hiding import hidden_from, page_hidden_from, pages_hidden_from
from resolvers.reads.paging import Listing, Order, PageRequest, PageView

PREVIEWED_MESSAGES = 3


@dataclass(frozen=True)
class InvitationView:
    id: UUID
    conversation_id: UUID
    inviter_id: UUID
    invitee_id: UUID
    kind: InvitationKind
    type: CollaborationType
    role: ParticipantRole
    level: PermissionLevel
    ends_at: datetime | None
    background: str | None
    special_notes: str | None
    status: InvitationStatus
    sent_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    decline_reason: DeclineReason | None
    decline_comment: str | None
    group_id: UUID
    approval_department_id: UUID | None
    decided_by_id: UUID | None
    rejection_reason: str | None
    emergency_reason: str | None
    deferred_until: datetime | None
    participant_id: UUID | None


@dataclass(frozen=True)
class PreviewMessageView:
    author: MessageAuthor
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class PreviewView:
    """What an invitee may know before accepting: masked, and never a note."""

    subject: str
    classes: frozenset[ConversationClass]
    opened_at: datetime
    customer_name: str
    customer_tier: CustomerTier
    message_count: int
    recent_messages: Sequence[PreviewMessageView]


i = invitations.c
INVITATION = shape(
    InvitationView,
    invitations,
    status=current_status(),
    ended_at=invitation_ended_at(),
    participant_id=sa.select(participants.c.id)
    .where(participants.c.invitation_id == i.id)
    .order_by(participants.c.id)
    .limit(1)
    .scalar_subquery(),
)
NEWEST_FIRST = Order((i.sent_at, i.id), descending=True)
OLDEST_FIRST = Order((i.sent_at, i.id))
TEXTS = ("background", "special_notes", "emergency_reason", "rejection_reason", "decline_comment")


class InvitationDirection(StrEnum):
    RECEIVED = "RECEIVED"
    SENT = "SENT"


def visible_invitations(actor: Actor) -> Query:
    return INVITATION.select().where(invitation_visible(actor))


def _of_status(actor: Actor, **values: Any) -> Query:
    found = visible_invitations(actor)
    return found.where(among(current_status(), values["statuses"])) if values else found


def _mine(actor: Actor, direction: InvitationDirection, **values: Any) -> Query:
    """Select those that the asker has sent, or that became theirs to answer."""
    received = (i.invitee_id == actor.id) & i.pending_at.is_not(None)
    mine = received if direction is InvitationDirection.RECEIVED else i.inviter_id == actor.id
    return _of_status(actor, **values).where(mine)


def _open(actor: Actor, **values: Any) -> Query:
    theirs = (i.invitee_id == actor.id) | (i.inviter_id == actor.id)
    if values:
        theirs = i.conversation_id == values["conversation_id"]
    found = visible_invitations(actor).where(theirs, current_status().in_(OPEN))
    return found.order_by(i.sent_at, i.id)


def _pending(actor: Actor) -> Query:
    pending = current_status() == InvitationStatus.PENDING
    found = visible_invitations(actor).where(i.invitee_id == actor.id, pending)
    return found.order_by(i.sent_at, i.id)


def awaiting(actor: Actor) -> Query:
    """Those that wait for the asker's decision, of a group the first."""
    earlier = invitations.alias().c
    of_group = sa.exists().where(
        earlier.group_id == i.group_id,
        earlier.id < i.id,
        earlier.status == InvitationStatus.AWAITING_APPROVAL,
        earlier.approval_department_id == i.approval_department_id,
        is_of_others(actor.id, earlier),
        earlier.expires_at > database_now(),
    )
    waiting = current_status() == InvitationStatus.AWAITING_APPROVAL
    return visible_invitations(actor).where(decides(actor), waiting, ~of_group)


def _previews(actor: Actor, ids: Any) -> Query:
    c, m = conversations.c, messages.c
    count = sa.select(sa.func.count()).where(m.conversation_id == c.id).scalar_subquery()
    return (
        sa.select(
            i.id, c.id, c.subject, c.classes, c.opened_at, customers.c.name, customers.c.tier, count
        )
        .join_from(invitations, conversations)
        .join(customers)
        .where(among(i.id, ids), invitation_visible(actor), current_status().in_(OPEN))
    )


def _recent(_: Actor, ids: Any) -> Query:
    m = messages.c
    place = sa.func.row_number().over(
        partition_by=m.conversation_id, order_by=(m.sent_at.desc(), m.id.desc())
    )
    ranked = (
        sa.select(m.conversation_id, m.author, m.text, m.sent_at, place.label("place"))
        .where(among(m.conversation_id, ids))
        .subquery()
    )
    latest = sa.select(ranked).where(ranked.c.place <= PREVIEWED_MESSAGES)
    return latest.order_by(ranked.c.place.desc())


BY_ID = prepared(
    lambda actor, ids: visible_invitations(actor).where(among(i.id, ids)), InvitationView
)
MINE = Listing(INVITATION, _mine)
OF_CONVERSATION = Listing(INVITATION, _of_status, i.conversation_id)
PENDING = prepared(_pending, InvitationView)
OPEN_ONES = prepared(_open, InvitationView)
APPROVALS = Listing(INVITATION, awaiting)
ALL_APPROVALS = prepared(lambda actor: awaiting(actor).order_by(i.sent_at, i.id), InvitationView)
PREVIEWS = prepared(_previews)
RECENT = prepared(_recent)


@narrows("id")
async def invitations_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, InvitationView]:
    found = await BY_ID.all(reads, actor, ids=ids)
    return {view.id: view for view in await hidden_from(actor, reads, found, *TEXTS)}


async def my_invitations(
    reads: Reads,
    actor: Actor,
    direction: InvitationDirection,
    statuses: Sequence[InvitationStatus] | None,
    page: PageRequest,
) -> PageView[InvitationView]:
    chosen = given(statuses=statuses)
    listed = await MINE.page(reads, actor, NEWEST_FIRST, page, direction, **chosen)
    return await page_hidden_from(actor, reads, listed, *TEXTS)


async def pending_of(reads: Reads, actor: Actor) -> list[InvitationView]:
    """Return what the asker has been sent and not answered, the oldest first."""
    return await hidden_from(actor, reads, await PENDING.all(reads, actor), *TEXTS)


async def open_of(reads: Reads, actor: Actor, conversation_id: UUID | None) -> list[InvitationView]:
    """Return the open invitations of a conversation, or all the asker has sent or received."""
    found = await OPEN_ONES.all(reads, actor, **given(conversation_id=conversation_id))
    return await hidden_from(actor, reads, found, *TEXTS)


async def pending_approvals(
    reads: Reads, actor: Actor, page: PageRequest
) -> PageView[InvitationView]:
    return await APPROVALS.page(reads, actor, OLDEST_FIRST, page)


async def approvals_of(reads: Reads, actor: Actor) -> list[InvitationView]:
    """Return all that wait for the asker's decision, the oldest first."""
    return await ALL_APPROVALS.all(reads, actor)


@narrows()
async def invitations_of(
    reads: Reads,
    actor: Actor,
    conversation_ids: Sequence[UUID],
    page: PageRequest,
    statuses: tuple[InvitationStatus, ...] | None,
) -> Mapping[UUID, PageView[InvitationView]]:
    chosen = given(statuses=statuses)
    pages = await OF_CONVERSATION.pages(
        reads, actor, conversation_ids, NEWEST_FIRST, page, **chosen
    )
    return await pages_hidden_from(actor, reads, pages, *TEXTS)


async def previews_of(
    reads: Reads, actor: Actor, invitation_ids: Sequence[UUID]
) -> Mapping[UUID, PreviewView]:
    """Return the preview of each invitation that is still open and visible to the asker."""
    rows = await PREVIEWS.all(reads, actor, ids=invitation_ids)
    if actor.external:
        return {row[0]: _for_outsiders(_preview(row, []), row[5]) for row in rows}
    recent = await _recent_messages(reads, [row[1] for row in rows])
    return {row[0]: _preview(row, recent[row[1]]) for row in rows}


def _preview(row: Sequence[Any], recent: Sequence[PreviewMessageView]) -> PreviewView:
    _, _, subject, classes, opened_at, name, tier, count = row
    return PreviewView(mask_text(subject), classes, opened_at, mask_name(name), tier, count, recent)


def _for_outsiders(view: PreviewView, name: str) -> PreviewView:
    """Leave out what was said: guests hear nothing of before they joined."""
    return replace(view, subject=mask_all(view.subject, name), message_count=0)


async def _recent_messages(
    reads: Reads, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, list[PreviewMessageView]]:
    rows = await RECENT.all(reads, ids=conversation_ids)
    found = grouped(rows, itemgetter(0), conversation_ids)
    return {
        key: [PreviewMessageView(row[1], mask_text(row[2]), row[3]) for row in theirs]
        for key, theirs in found.items()
    }
