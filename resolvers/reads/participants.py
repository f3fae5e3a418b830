"""Reads of participants: people, roles, levels and times of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import LeaveReason
from domain.permissions import ParticipantRole, PermissionLevel
from models.columns import Choice, Instant, among
from models.conversations import participants
from models.database import Query, Reads
from models.handing import delegations
from models.narrowing import narrows
from models.prepared import prepared
from models.shapes import shape
from models.visibility import (
    active_at,
    current_level,
    is_last_primary,
    is_present,
    participant_visible,
    standing,
)
from resolvers.reads.paging import Listing, Order, PageRequest, PageView


@dataclass(frozen=True)
class ParticipantView:
    """`viewer_level` is the asker's own level in the conversation, None from outside.

    The lead of the conversation returns to `principal_id`, who has delegated it; None where nobody has.
    """

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    invitation_id: UUID | None
    collaboration_id: UUID | None
    role: ParticipantRole
    level: PermissionLevel
    base_level: PermissionLevel | None
    level_until: datetime | None
    ends_at: datetime | None
    joined_at: datetime
    left_at: datetime | None
    leave_reason: LeaveReason | None
    active_at: datetime
    idle_warned_at: datetime | None
    active_seconds: int
    principal_id: UUID | None
    viewer_id: UUID | None
    viewer_level: PermissionLevel | None


p, g = participants.c, delegations.c
viewer = participants.alias("viewer")
_over = p.left_at.is_(None) & ~is_present()
_held = sa.case((p.left_at.is_(None), current_level()), else_=p.level)
PARTICIPANT = shape(
    ParticipantView,
    participants,
    level=sa.type_coerce(_held, p.level.type),
    left_at=sa.type_coerce(sa.case((_over, p.ends_at), else_=p.left_at), Instant()),
    leave_reason=sa.type_coerce(
        sa.case(
            (_over, sa.literal(LeaveReason.PERIOD_ENDED.name)),
            else_=sa.type_coerce(p.leave_reason, sa.String),
        ),
        Choice(LeaveReason),
    ),
    active_at=active_at(),
    principal_id=sa.select(g.principal_id)
    .where(g.conversation_id == p.conversation_id, g.ended_at.is_(None))
    .scalar_subquery(),
    viewer_id=viewer.c.agent_id,
    viewer_level=sa.case((viewer.c.id.is_not(None), current_level(viewer.c))),
)
OLDEST_FIRST = Order((p.joined_at, p.id))


def visible_participants(actor: Actor) -> Query:
    mine = (viewer.c.conversation_id == p.conversation_id) & standing(actor, viewer.c)
    return (
        PARTICIPANT.select()
        .select_from(participants.outerjoin(viewer, mine))
        .where(participant_visible(actor))
    )


def _members(actor: Actor, former: bool) -> Query:
    found = visible_participants(actor)
    return found if former else found.where(is_present())


LIST = Listing(PARTICIPANT, _members, p.conversation_id)
BY_ID = prepared(
    lambda actor, ids: visible_participants(actor).where(among(p.id, ids)), ParticipantView
)
PRIMARIES = prepared(
    lambda actor, ids: visible_participants(actor).where(
        among(p.conversation_id, ids),
        p.role == ParticipantRole.PRIMARY,
        p.left_at.is_(None) | is_last_primary(),
    ),
    ParticipantView,
)
MEMBERS = prepared(
    lambda actor, ids: (
        visible_participants(actor)
        .where(among(p.collaboration_id, ids))
        .order_by(p.joined_at, p.id)
    ),
    ParticipantView,
)


@narrows("id")
async def participants_by_id(
    reads: Reads, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, ParticipantView]:
    return {view.id: view for view in await BY_ID.all(reads, actor, ids=ids)}


@narrows()
async def participants_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID], page: PageRequest, former: bool
) -> Mapping[UUID, PageView[ParticipantView]]:
    """Return those who take part, or with `former` everybody who ever did."""
    return await LIST.pages(reads, actor, conversation_ids, OLDEST_FIRST, page, former)


@narrows("conversation_id")
async def primaries_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID]
) -> Mapping[UUID, ParticipantView]:
    """Return each conversation's primary, of a closed one the last."""
    found = await PRIMARIES.all(reads, actor, ids=conversation_ids)
    return {view.conversation_id: view for view in found}


async def members_of(
    reads: Reads, actor: Actor, collaboration_ids: Sequence[UUID]
) -> Mapping[UUID, list[ParticipantView]]:
    """Return everybody who took part in each collaboration, in the order of joining."""
    found = await MEMBERS.all(reads, actor, ids=collaboration_ids)
    return {
        each: [view for view in found if view.collaboration_id == each]
        for each in collaboration_ids
    }
