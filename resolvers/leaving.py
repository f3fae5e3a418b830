"""What leaving a conversation would bring about, told before it happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Asker
from domain.conversations import ConversationStatus
from domain.errors import ConversationClosed, Reason, Refusal, caught
from domain.handing import check_may_leave
from domain.invitations import OPEN
from domain.permissions import ParticipantRole
from models.conversations import participants
from models.database import Reads, first
from models.invitations import invitations
from models.messages import notes, suggestion_uses
from models.visibility import current_status, is_present
from resolvers import access, waiting
from resolvers.reads.conversations import ConversationView
from resolvers.reads.unread import UnreadView, unread_of

p, i, n = participants.c, invitations.c, notes.c


@dataclass(frozen=True)
class LeavePreview:
    """`reasons` are why the asker cannot leave now; the rest is what leaving would bring about."""

    role: ParticipantRole
    reasons: Sequence[Reason]
    ends_collaboration: bool
    last_of_role: bool
    invitation_ids: Sequence[UUID]
    unread: UnreadView
    unused_suggestions: int
    customer_asked_at: datetime | None

    @property
    def can_leave(self) -> bool:
        return not self.reasons


async def preview_leave(reads: Reads, asker: Asker, conversation_id: UUID) -> LeavePreview:
    """Tell what leaving would bring about. Nothing changes."""
    here = await access.conversation_to_read(reads, asker, conversation_id)
    assert here.viewer_role, "who takes part has a role"
    me = asker.actor.id
    leads = here.viewer_role is ParticipantRole.PRIMARY
    # Who leads for somebody goes as any other: the principal, who leads again, is none of the others.
    stays_led = not leads or here.principal_id is not None
    others = await _others(reads, here.id, {me, here.principal_id if leads else None})
    unread = await unread_of(reads, asker.actor, [here.id])
    return LeavePreview(
        here.viewer_role,
        [refusal.reason for refusal in _against(here, me)],
        ends_collaboration=stays_led and others <= {ParticipantRole.PRIMARY},
        last_of_role=not leads and here.viewer_role not in others,
        invitation_ids=await _open_offers(reads, here.id, me),
        unread=unread.get(here.id, UnreadView(here.id, 0, 0)),
        unused_suggestions=await _unused_suggestions(reads, here.id, me),
        customer_asked_at=await waiting.since(reads, here.id),
    )


def _against(here: ConversationView, agent_id: UUID) -> list[Refusal]:
    if here.status is ConversationStatus.CLOSED:
        return [ConversationClosed("This conversation is closed; there is nothing to leave.")]
    leads = here.viewer_role is ParticipantRole.PRIMARY
    return caught(check_may_leave, agent_id, leads=leads, principal_id=here.principal_id)


async def _others(
    reads: Reads, conversation_id: UUID, besides: set[UUID | None]
) -> set[ParticipantRole]:
    present = (p.conversation_id == conversation_id) & is_present()
    rows = await reads.all(sa.select(p.agent_id, p.role).where(present))
    return {row.role for row in rows if row.agent_id not in besides}


async def _open_offers(reads: Reads, conversation_id: UUID, agent_id: UUID) -> list[UUID]:
    mine = (i.conversation_id == conversation_id) & (i.inviter_id == agent_id)
    rows = await reads.all(sa.select(i.id).where(mine, current_status().in_(OPEN)).order_by(i.id))
    return [row.id for row in rows]


async def _unused_suggestions(reads: Reads, conversation_id: UUID, agent_id: UUID) -> int:
    used = sa.exists().where(suggestion_uses.c.note_id == n.id)
    mine = (n.conversation_id == conversation_id) & (n.author_id == agent_id)
    counted = sa.select(sa.func.count().label("count")).where(
        mine, n.suggested_reply.is_not(None), ~used
    )
    return int((await first(reads, counted)).count)
