"""What somebody has not read yet in the conversations they take part in, and what waits for their answer or decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from models.columns import among
from models.conversations import participants
from models.database import Query, Reads
from models.messages import messages, notes
from models.prepared import given, prepared
from models.visibility import is_present, read_at, within
from resolvers.reads.authorizations import waiting
from resolvers.reads.invitations import awaiting, pending_of
from resolvers.reads.reviews import unsettled

p, m, n = participants.c, messages.c, notes.c


@dataclass(frozen=True)
class UnreadView:
    conversation_id: UUID
    messages: int
    notes: int


@dataclass(frozen=True)
class Undecided:
    """What waits for the decision of those who oversee others."""

    approvals: int = 0
    authorizations: int = 0
    emergency_reviews: int = 0


@dataclass(frozen=True)
class UnreadCountsView(Undecided):
    invitations: int = 0
    conversations: Sequence[UnreadView] = ()


async def unread_counts(reads: Reads, actor: Actor) -> UnreadCountsView:
    unread = await unread_of(reads, actor)
    invitations = len(await pending_of(reads, actor))
    undecided = await _undecided(reads, actor)
    return UnreadCountsView(
        **vars(undecided), invitations=invitations, conversations=list(unread.values())
    )


async def _undecided(reads: Reads, actor: Actor) -> Undecided:
    if not (actor.is_admin or actor.supervised):
        return Undecided()
    return await UNDECIDED.first(reads, actor) or Undecided()


def _counts(actor: Actor) -> Query:
    kinds = awaiting(actor), waiting(actor), unsettled(actor)
    return sa.select(*(kind.with_only_columns(sa.func.count()).scalar_subquery() for kind in kinds))


UNDECIDED = prepared(_counts, Undecided)


async def unread_of(
    reads: Reads, actor: Actor, conversation_ids: Sequence[UUID] | None = None
) -> Mapping[UUID, UnreadView]:
    """Return what is unread in each conversation the asker takes part in, or in those named."""
    found = await UNREAD.all(reads, actor, **given(ids=conversation_ids))
    return {view.conversation_id: view for view in found}


def _unread(actor: Actor, **values: Any) -> Query:
    mine: Query = sa.select(
        p.conversation_id,
        _since(m.sent_at, m.conversation_id, m.sent_by_id),
        _since(n.posted_at, n.conversation_id, n.author_id),
    ).where(p.agent_id == actor.id, is_present(), within(actor, p.conversation_id))
    if values:
        mine = mine.where(among(p.conversation_id, values["ids"]))
    return mine.order_by(p.joined_at, p.id)


UNREAD = prepared(_unread, UnreadView)


def _since(at: Any, conversation_id: Any, author_id: Any) -> sa.ScalarSelect[int]:
    """Count what others said after the reader's mark."""
    others = author_id.is_(None) | (author_id != p.agent_id)
    counted: Query = sa.select(sa.func.count()).where(
        conversation_id == p.conversation_id, at > read_at(), others
    )
    return counted.correlate(participants).scalar_subquery()
