"""Invitations: ended once in each stream, in the way the status says, in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.events import InvitationCreated
from domain.invitations import InvitationStatus
from domain.streams import conversation_stream, inbox
from models.unit_of_work import to_json
from tests.races.truth.found import ENDINGS, Found
from tests.races.truth.rights import SAME_MOMENT

ANSWERED = (
    InvitationStatus.ACCEPTED,
    InvitationStatus.DECLINED,
    InvitationStatus.REJECTED,
    InvitationStatus.REVOKED,
)


def wrong_invitations(found: Found) -> Iterator[str]:
    for row in found.invitations:
        yield from _times(row)
        yield from _told(found, row)


def _told(found: Found, row: Any) -> Iterator[str]:
    """Whoever was never asked hears of no end."""
    told = [conversation_stream(row.conversation_id), inbox(row.inviter_id)]
    told += [inbox(row.invitee_id)] if row.pending_at else []
    payload = to_json(InvitationCreated(row.id))
    wanted = {(payload, ENDINGS[row.status], s.id): 1 for s in told} if row.ended_at else {}
    heard = {key: count for key, count in found.endings.items() if key[0] == payload}
    if heard != wanted:
        kinds = sorted(kind for _, kind, _ in heard)
        yield f"an invitation is {row.status} and its endings are {kinds}"


def _times(row: Any) -> Iterator[str]:
    """Whoever answered did so in time; what expired ended when its time was over."""
    if row.status in ANSWERED and row.ended_at > row.expires_at + SAME_MOMENT:
        yield f"an invitation is {row.status}, {row.ended_at - row.expires_at} too late"
    if row.status is InvitationStatus.EXPIRED and row.ended_at != row.expires_at:
        yield f"an invitation ran out at {row.expires_at} and ended at {row.ended_at}"
