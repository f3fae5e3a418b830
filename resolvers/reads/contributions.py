"""What each participant did in their part of a conversation, from its beginning to its end."""

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
from models.messages import messages, notes, suggestion_uses
from models.prepared import prepared
from models.visibility import participant_visible

p, m, n, u = participants.c, messages.c, notes.c, suggestion_uses.c


@dataclass(frozen=True)
class ContributionsView:
    participant_id: UUID
    messages: int
    notes: int
    suggestions_used: int
    active_seconds: int


async def contributions_of(
    reads: Reads, actor: Actor, participant_ids: Sequence[UUID]
) -> Mapping[UUID, ContributionsView]:
    found = await CONTRIBUTIONS.all(reads, actor, ids=participant_ids)
    return {view.participant_id: view for view in found}


def _contributions(actor: Actor, ids: Any) -> Query:
    return sa.select(
        p.id,
        _count(sa.select(sa.func.count()).select_from(messages), m, m.sent_at, m.sent_by_id),
        _count(sa.select(sa.func.count()).select_from(notes), n, n.posted_at, n.author_id),
        _count(_used(), n, n.posted_at, n.author_id),
        p.active_seconds,
    ).where(among(p.id, ids), participant_visible(actor))


CONTRIBUTIONS = prepared(_contributions, ContributionsView)


def _used() -> Query:
    """Notes that became replies of somebody else."""
    used: Query = (
        sa.select(sa.func.count(sa.distinct(n.id)))
        .select_from(notes)
        .join(suggestion_uses, u.note_id == n.id)
        .join(messages, (m.id == u.message_id) & (m.sent_by_id != n.author_id))
    )
    return used


def _count(counted: Query, of: Any, at: Any, author_id: Any) -> sa.ScalarSelect[int]:
    """Count what the participant said while this part of theirs lasted."""
    lasted = (at >= p.joined_at) & (p.left_at.is_(None) | (at <= p.left_at))
    own = counted.where(of.conversation_id == p.conversation_id, author_id == p.agent_id, lasted)
    return own.correlate(participants).scalar_subquery()
