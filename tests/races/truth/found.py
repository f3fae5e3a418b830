"""Everything that is known of one conversation, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import MessageAuthor
from domain.events import CustomerReplyTargetMissed
from domain.invitations import OPEN, InvitationStatus
from domain.permissions import ParticipantRole
from domain.streams import conversation_stream, inbox
from models.authorizations import authorizations
from models.conversations import collaborations, conversations, participants
from models.database import Reads
from models.handing import delegations, offers
from models.holds import holds
from models.invitations import deputies, invitations
from models.log import deadlines, events
from models.messages import messages

ENDINGS = {
    InvitationStatus.ACCEPTED: "InvitationAccepted",
    InvitationStatus.DECLINED: "InvitationDeclined",
    InvitationStatus.REJECTED: "InvitationRejected",
    InvitationStatus.EXPIRED: "InvitationExpired",
    InvitationStatus.REVOKED: "InvitationRevoked",
    InvitationStatus.CANCELED: "InvitationCanceled",
}
Rows = Sequence[Any]


@dataclass(frozen=True)
class Found:
    """`endings` counts the events that end invitations, by what they tell of, type and stream."""

    row: Any
    participants: Rows
    invitations: Rows
    collaborations: Rows
    offers: Rows
    delegations: Rows
    holds: Rows
    authorizations: Rows
    deadlines: Rows
    messages: Rows
    deputies: Rows
    warnings: Rows
    endings: Counter[tuple[str, str, UUID]]

    @cached_property
    def present(self) -> Rows:
        return [each for each in self.participants if each.left_at is None]

    @cached_property
    def primaries(self) -> Rows:
        return [each for each in self.present if each.role is ParticipantRole.PRIMARY]

    @cached_property
    def helpers(self) -> Rows:
        return [each for each in self.present if each.role is not ParticipantRole.PRIMARY]

    @cached_property
    def inside(self) -> set[UUID]:
        return {each.agent_id for each in self.present}

    @cached_property
    def waiting(self) -> Rows:
        return [each for each in self.invitations if each.status in OPEN]

    @cached_property
    def asked_at(self) -> datetime | None:
        """When the customer said what is unanswered; the notice of a pause is no answer."""
        paused = {each.paused_at for each in self.holds}
        replied = [
            each.sent_at
            for each in self.messages
            if each.author is MessageAuthor.SERVICE and each.sent_at not in paused
        ]
        said = [each.sent_at for each in self.messages if each.author is MessageAuthor.CUSTOMER]
        return min((at for at in said if not replied or at >= max(replied)), default=None)


TABLES = {
    "participants": participants,
    "invitations": invitations,
    "collaborations": collaborations,
    "offers": offers,
    "delegations": delegations,
    "holds": holds,
    "authorizations": authorizations,
    "deadlines": deadlines,
    "messages": messages,
}


async def find(reads: Reads, conversation_id: UUID) -> Found:
    (row,) = await reads.all(sa.select(conversations).where(conversations.c.id == conversation_id))
    found: dict[str, Rows] = {
        name: await reads.all(sa.select(each).where(each.c.conversation_id == conversation_id))
        for name, each in TABLES.items()
    }
    invited = found["invitations"]
    groups = [each.group_id for each in invited]
    left = await reads.all(sa.select(deputies).where(deputies.c.group_id.in_(groups)))
    endings = await _endings(reads, conversation_id, invited)
    warnings = await _warnings(reads, conversation_id)
    return Found(row, **found, deputies=left, warnings=warnings, endings=endings)


async def _warnings(reads: Reads, conversation_id: UUID) -> Rows:
    """Return what the customer had said, each time the primary was warned of their waiting."""
    e, told = events.c, conversation_stream(conversation_id).id
    here = (e.stream_id == told) & (e.type == CustomerReplyTargetMissed.__name__)
    return await reads.all(sa.select(e.payload).where(here))


async def _endings(
    reads: Reads, conversation_id: UUID, invited: Rows
) -> Counter[tuple[str, str, UUID]]:
    people = {id_ for each in invited for id_ in (each.inviter_id, each.invitee_id)}
    told = [conversation_stream(conversation_id).id, *(inbox(id_).id for id_ in people)]
    e = events.c
    rows = await reads.all(
        sa.select(e.payload, e.type, e.stream_id).where(
            e.stream_id.in_(told), e.type.in_(ENDINGS.values())
        )
    )
    return Counter((row.payload, row.type, row.stream_id) for row in rows)
