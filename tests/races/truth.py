"""What must hold in the database after every race. Each function returns the sentences that say what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import ConversationStatus
from domain.deadlines import DeadlineKind
from domain.events import InvitationCreated
from domain.handing import OfferStatus
from domain.invitations import OPEN, InvitationStatus
from domain.permissions import ParticipantRole
from domain.streams import conversation_stream, inbox
from models.agents import agents
from models.conversations import collaborations, conversations, participants
from models.database import Reads
from models.handing import delegations, offers
from models.holds import holds
from models.invitations import invitations
from models.log import deadlines, events, streams
from models.unit_of_work import to_json

OF_LEAD = (
    DeadlineKind.PRIMARY_OFFER_EXPIRES,
    DeadlineKind.DELEGATION_ENDS,
    DeadlineKind.HOLD_ENDS,
)
c, p, i = conversations.c, participants.c, invitations.c

ENDINGS = {
    InvitationStatus.ACCEPTED: "InvitationAccepted",
    InvitationStatus.DECLINED: "InvitationDeclined",
    InvitationStatus.REJECTED: "InvitationRejected",
    InvitationStatus.EXPIRED: "InvitationExpired",
    InvitationStatus.REVOKED: "InvitationRevoked",
    InvitationStatus.CANCELED: "InvitationCanceled",
}
ANSWERED = (
    InvitationStatus.ACCEPTED,
    InvitationStatus.DECLINED,
    InvitationStatus.REJECTED,
    InvitationStatus.REVOKED,
)
SAME_MOMENT = timedelta(milliseconds=20)  # one statement reads the clock twice


async def violations(reads: Reads, *conversation_ids: UUID) -> list[str]:
    """Return everything that is wrong in these conversations, with the agents, and in any stream."""
    found = await _agents(reads) + await _streams(reads)
    for conversation_id in conversation_ids:
        found += await _conversation(reads, conversation_id)
        for row in await _all(reads, invitations, i.conversation_id == conversation_id):
            found += await _invitation(reads, row)
    return found


async def _all(reads: Reads, table: sa.Table, *where: sa.ColumnElement[bool]) -> Sequence[Any]:
    return await reads.all(sa.select(table).where(*where))


async def _conversation(reads: Reads, conversation_id: UUID) -> list[str]:
    (row,) = await _all(reads, conversations, c.id == conversation_id)
    here = p.conversation_id == conversation_id
    present = await _all(reads, participants, here, p.left_at.is_(None))
    waiting = await _all(
        reads, invitations, i.conversation_id == conversation_id, i.status.in_(OPEN)
    )
    working = collaborations.c
    going_on = await _all(
        reads,
        collaborations,
        working.conversation_id == conversation_id,
        working.ended_at.is_(None),
    )
    primaries = [each for each in present if each.role is ParticipantRole.PRIMARY]
    helpers = len(present) - len(primaries)
    offered = {each.group_id for each in waiting}
    leading = 0 if row.status is ConversationStatus.CLOSED else 1
    said = {
        f"{row.seats_taken} seats taken, {helpers} present + {len(offered)} offered": (
            row.seats_taken == helpers + len(offered)
        ),
        f"{row.seats_taken} of {row.seat_limit} seats taken": row.seats_taken <= row.seat_limit,
        f"{len(primaries)} primaries while {row.status}": len(primaries) == leading,
        f"{len(going_on)} collaborations with {helpers} collaborators": (
            len(going_on) == min(helpers, 1)
        ),
    }
    return [
        *(sentence for sentence, holds in said.items() if not holds),
        *await _lead(reads, row, primaries),
    ]


async def _lead(reads: Reads, row: Any, primaries: Sequence[Any]) -> list[str]:
    """What hangs on the lead is open only while it can come true, and has its deadline."""
    o, g, h, d = offers.c, delegations.c, holds.c, deadlines.c
    here = [each.c.conversation_id == row.id for each in (offers, delegations, holds)]
    offered = await _all(reads, offers, here[0], o.status == OfferStatus.PENDING)
    delegated = await _all(reads, delegations, here[1], g.ended_at.is_(None))
    held = await _all(reads, holds, here[2], h.ended_at.is_(None))
    due = await _all(reads, deadlines, d.conversation_id == row.id, d.kind.in_(OF_LEAD))
    present = await _all(reads, participants, p.conversation_id == row.id, p.left_at.is_(None))
    inside, leading = {each.agent_id for each in present}, {each.agent_id for each in primaries}
    said = {
        f"{len(held)} holds while {row.status}": (
            len(held) == (row.status is ConversationStatus.ON_HOLD)
        ),
        "an offer is open to somebody who is gone": {each.agent_id for each in offered} <= inside,
        "an offer is open from somebody who does not lead": (
            {each.offered_by_id for each in offered} <= leading
        ),
        "a delegate does not lead": {each.delegate_id for each in delegated} <= leading,
        "the role cannot return": {each.principal_id for each in delegated} <= inside - leading,
        f"{len(due)} deadlines of the lead": len(due) == len([*offered, *delegated, *held]),
    }
    return [sentence for sentence, holds_ in said.items() if not holds_]


async def _agents(reads: Reads) -> list[str]:
    """Everybody's count of collaborations is the number of their parts in other people's conversations."""
    a = agents.c
    helping = sa.and_(p.agent_id == a.id, p.left_at.is_(None), p.role != ParticipantRole.PRIMARY)
    parts = sa.select(sa.func.count()).where(helping).scalar_subquery()
    rows = await reads.all(
        sa.select(a.key, a.collaborations, parts.label("parts")).where(a.collaborations != parts)
    )
    return [f"{row.key} counts {row.collaborations}, takes part in {row.parts}" for row in rows]


async def _streams(reads: Reads) -> list[str]:
    """Sequences are 1..n: as many events as the head says, the last one at the head."""
    s, e = streams.c, events.c
    rows = await reads.all(
        sa.select(
            s.kind,
            s.head,
            sa.func.count(e.seq).label("count"),
            sa.func.coalesce(sa.func.min(e.seq), 1).label("first"),
            sa.func.coalesce(sa.func.max(e.seq), 0).label("last"),
        )
        .select_from(streams.outerjoin(events, e.stream_id == s.id))
        .group_by(s.id, s.kind, s.head)
    )
    return [
        f"a {row.kind} stream has {row.count} events {row.first}..{row.last} at head {row.head}"
        for row in rows
        if not (row.first == 1 and row.count == row.last == row.head)
    ]


async def _invitation(reads: Reads, row: Any) -> list[str]:
    """An invitation has ended once in each stream, in the way its status says, or is waiting with a deadline."""
    told = [conversation_stream(row.conversation_id), inbox(row.inviter_id)]
    told += [inbox(row.invitee_id)] if row.pending_at else []
    e, d = events.c, deadlines.c
    ending = await reads.all(
        sa.select(e.stream_id, e.type).where(
            e.stream_id.in_([stream.id for stream in told]),
            e.type.in_(ENDINGS.values()),
            e.payload == to_json(InvitationCreated(row.id)),
        )
    )
    expected = Counter({(s.id, ENDINGS[row.status]): 1 for s in told} if row.ended_at else {})
    found = Counter((each.stream_id, each.type) for each in ending)
    due = await _all(
        reads, deadlines, d.subject_id == row.id, d.kind == DeadlineKind.INVITATION_EXPIRES
    )
    wrong = _times(row)
    if found != expected:
        kinds = sorted(each.type for each in ending)
        wrong.append(f"an invitation is {row.status} and its endings are {kinds}")
    if len(due) != (row.ended_at is None):
        wrong.append(f"an invitation is {row.status} and has {len(due)} deadlines")
    return wrong


def _times(row: Any) -> list[str]:
    """Whoever answered did so in time; what expired ended when its time was over."""
    if row.status in ANSWERED and row.ended_at > row.expires_at + SAME_MOMENT:
        return [f"an invitation is {row.status}, {row.ended_at - row.expires_at} too late"]
    if row.status is InvitationStatus.EXPIRED and row.ended_at != row.expires_at:
        return [f"an invitation ran out at {row.expires_at} and ended at {row.ended_at}"]
    return []
