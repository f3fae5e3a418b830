"""Taking a conversation over from outside: explicit, with a reason, by those who oversee it."""

from __future__ import annotations

from uuid import UUID

from domain import text
from domain.actors import Asker
from domain.errors import InvalidInput
from domain.handing import HandoverCause
from domain.permissions import ParticipantRole
from models.unit_of_work import UnitOfWork
from resolvers import access, handing, invitation_endings
from resolvers.changes import Changed


async def take_over_conversation(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, reason: str
) -> Changed:
    """Lead the conversation from now on; the former primary stays as an expert."""
    reason = text.required(reason, text.REASON, "input", "reason")
    now = await access.conversation_to_take_over(work, asker, conversation_id)
    own = await handing.primary_row(work, conversation_id)
    if own.agent_id == asker.actor.id:
        raise InvalidInput("You lead it already.", path=["input", "conversationId"])
    await invitation_endings.cancel_invitations_to(work, conversation_id, asker.actor.id)
    part = await handing.part_of(work, conversation_id, asker.actor.id)
    stay = handing.staying(ParticipantRole.EXPERT)
    to = handing.Handover(asker.actor.id, part, stay, HandoverCause.TAKEOVER, reason)
    primary = await handing.hand_over(work, own, to, now)
    return Changed(conversation_id=conversation_id, participant_id=primary.id)
