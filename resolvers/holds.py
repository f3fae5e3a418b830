"""Pausing a conversation until a time, and resuming it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Asker
from domain.conversations import ConversationStatus, MessageAuthor, check_not_on_hold
from domain.deadlines import DeadlineKind
from domain.errors import NotFound
from domain.events import ConversationPaused, CustomerConversationPaused
from domain.ids import new_id
from domain.streams import conversation_stream, customer_stream, inbox
from models.conversations import conversations
from models.holds import Hold
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, endings, waiting
from resolvers.changes import Changed
from resolvers.messages import post_message

c = conversations.c


async def pause_conversation(
    work: UnitOfWork,
    asker: Asker,
    conversation_id: UUID,
    reason: str,
    notice: str,
    resumes_at: datetime,
) -> Changed:
    """Put the conversation on hold until a time, and tell the customer so in the service's name."""
    reason = text.required(reason, text.REASON, "input", "reason")
    notice = text.required(notice, text.MESSAGE, "input", "notice")
    here = await access.conversation_to_change(work, asker, conversation_id)
    check_not_on_hold(here.status)
    text.future(resumes_at, here.now, "input", "resumesAt")
    hold = Hold(
        id=new_id(),
        conversation_id=here.id,
        paused_by_id=asker.actor.id,
        reason=reason,
        paused_at=here.now,
        resumes_at=resumes_at,
    )
    await work.add(hold)
    await work.change(
        sa.update(conversations)
        .where(c.id == here.id)
        .values(status=ConversationStatus.ON_HOLD, version=c.version + 1)
    )
    await bookkeeping.schedule(work, DeadlineKind.HOLD_ENDS, hold.id, here.id, resumes_at)
    await waiting.stop(work, here.id)
    message = await post_message(
        work, here.id, MessageAuthor.SERVICE, notice, here.now, asker.actor.id
    )
    paused = ConversationPaused(here.id, resumes_at)
    work.record(paused, conversation_stream(here.id), inbox(asker.actor.id))
    work.record(CustomerConversationPaused(here.id, resumes_at), customer_stream(here.id))
    return Changed(conversation_id=here.id, message_id=message.id)


async def resume_conversation(work: UnitOfWork, asker: Asker, conversation_id: UUID) -> Changed:
    here = await access.conversation_to_change(work, asker, conversation_id)
    if not await endings.end_hold(work, here.id, here.now):
        raise NotFound("The conversation is not on hold.")
    return Changed(conversation_id=here.id)
