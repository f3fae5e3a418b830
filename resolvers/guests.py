"""Letting a guest in who has no desk of their own: a token for the one conversation they were invited to."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from domain.actors import Asker
from domain.errors import InvalidInput, InvitationNotPending, NotFound, NotPermitted
from domain.invitations import InvitationStatus
from domain.permissions import ParticipantRole
from models.conversations import participants
from models.database import first
from models.invitations import invitations
from models.unit_of_work import UnitOfWork
from models.visibility import current_status, invitation_visible, is_present
from resolvers import access
from resolvers.changes import Changed, Guest

i, p = invitations.c, participants.c


async def admit_guest(
    work: UnitOfWork, asker: Asker, invitation_id: UUID, *, signs: bool
) -> Changed:
    """Let the inviter have a token for the guest, as long as the guest may come in or is inside."""
    if not signs:
        raise NotPermitted(
            "Tokens come from your identity provider: let it sign one that names the conversation."
        )
    inside = sa.exists().where(p.invitation_id == i.id, is_present())
    seen = sa.select(
        i.conversation_id,
        i.invitee_id,
        i.inviter_id,
        i.role,
        i.ends_at,
        ((current_status() == InvitationStatus.PENDING) | inside).label("holds"),
    ).where(i.id == invitation_id, invitation_visible(asker.actor))
    row = await first(work, seen)
    if row is None:
        raise NotFound(access.GONE)
    if row.inviter_id != asker.actor.id:
        raise NotPermitted("Only the one who invited a guest can have a token for them.")
    if row.role is not ParticipantRole.GUEST_EXPERT:
        raise InvalidInput("This is for guests alone.", path=["input", "invitationId"])
    if not row.holds:
        raise InvitationNotPending("This guest has no way in any more; invite them again.")
    return Changed(
        invitation_id=invitation_id,
        guest=Guest(row.invitee_id, row.conversation_id, row.ends_at),
    )
