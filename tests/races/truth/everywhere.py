"""What must hold whatever conversation it is about: counts and streams."""

from __future__ import annotations

import sqlalchemy as sa

from domain.permissions import ParticipantRole
from models.agents import agents
from models.conversations import collaborations, conversations, participants
from models.database import Reads
from models.log import events, streams
from models.organizations import organizations

c, p = conversations.c, participants.c


async def wrong_counts(reads: Reads) -> list[str]:
    """Counted is what there is: each agent's parts in other people's conversations, each organization's collaborations."""
    a, o, g = agents.c, organizations.c, collaborations.c
    helping = sa.and_(p.agent_id == a.id, p.left_at.is_(None), p.role != ParticipantRole.PRIMARY)
    parts = sa.select(sa.func.count()).where(helping).scalar_subquery()
    going_on = (
        sa.select(sa.func.count())
        .select_from(collaborations.join(conversations))
        .where(c.organization_id == o.id, g.ended_at.is_(None))
        .scalar_subquery()
    )
    miscounted = [
        sa.select(a.key, a.collaborations, parts).where(a.collaborations != parts),
        sa.select(o.name, o.collaborations, going_on).where(o.collaborations != going_on),
    ]
    rows = [row for each in miscounted for row in await reads.all(each)]
    return [f"{name} counts {counted}, there are {real}" for name, counted, real in rows]


async def wrong_streams(reads: Reads) -> list[str]:
    """Sequences are 1..n: as many events as the head says, the last one at the head."""
    s, e = streams.c, events.c
    count = sa.func.count(e.seq)
    first, last = sa.func.coalesce(sa.func.min(e.seq), 1), sa.func.coalesce(sa.func.max(e.seq), 0)
    rows = await reads.all(
        sa.select(s.kind, s.head, count.label("count"), first.label("first"), last.label("last"))
        .select_from(streams.outerjoin(events, e.stream_id == s.id))
        .group_by(s.id, s.kind, s.head)
        .having(sa.or_(first != 1, count != s.head, last != s.head))
    )
    return [
        f"a {row.kind} stream has {row.count} events {row.first}..{row.last} at head {row.head}"
        for row in rows
    ]
