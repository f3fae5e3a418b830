"""Plays a story through the real use cases, each step by the person who takes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor, ActorKind, Asker
from domain.permissions import Permission
from models.columns import database_now
from models.conversations import participants
from models.database import first
from models.invitations import invitations
from models.log import deadlines
from models.unit_of_work import Author, UnitOfWork
from resolvers.actors import Claims, actor_of
from resolvers.answers import accept_invitation, decline_invitation, revoke_invitation
from resolvers.conversations import (
    Opening,
    close_conversation,
    end_collaboration,
    open_conversation,
)
from resolvers.deadlines import settle_conversation
from resolvers.invitations import invite_agents
from resolvers.messages import NoteDraft, post_note, send_customer_message, send_reply
from resolvers.offers import Offer, Request
from resolvers.participants import (
    adjust_permission,
    leave_conversation,
    remove_participant,
    transfer_primary,
)
from server.demo import steps
from server.demo.steps import Answer, Step, Story
from server.demo.tables import fixed_id


@dataclass
class Cast:
    """The people of the demo as actors, each read once. Whoever acts is the author of what follows."""

    work: UnitOfWork
    now: datetime
    known: dict[UUID, Actor] = field(default_factory=dict)

    async def asker(self, kind: ActorKind, key: str, permission: Permission | None = None) -> Asker:
        actor = await self._actor(kind, fixed_id(kind.lower(), key))
        self.work.author = Author(kind, actor.id)
        return Asker(actor, permission)

    async def _actor(self, kind: ActorKind, actor_id: UUID) -> Actor:
        if actor_id not in self.known:
            actor = await actor_of(self.work, Claims(kind, actor_id, self.now))
            assert actor, "everybody in a story is in the data"
            self.known[actor_id] = actor
        return self.known[actor_id]


@dataclass
class Play:
    cast: Cast
    customer: str
    primary: str
    conversation_id: UUID

    @property
    def work(self) -> UnitOfWork:
        return self.cast.work

    async def agent(self, key: str | None, permission: Permission | None = None) -> Asker:
        return await self.cast.asker(ActorKind.AGENT, key or self.primary, permission)

    def later(self, hours: int | None) -> datetime | None:
        return None if hours is None else self.cast.now + timedelta(hours=hours)


async def play(cast: Cast, integration: str, story: Story) -> None:
    host = await cast.asker(ActorKind.INTEGRATION, integration)
    opening = Opening(
        story.subject,
        fixed_id("customer", story.customer),
        story.classes,
        fixed_id("agent", story.primary),
        story.says,
    )
    opened = await open_conversation(cast.work, host, opening)
    assert opened.conversation_id
    going_on = Play(cast, story.customer, story.primary, opened.conversation_id)
    for step in story.steps:
        await ACTS[type(step)](going_on, step)


async def _says(play: Play, step: steps.Says) -> None:
    customer_id = fixed_id("customer", play.customer)
    organization_id = (await play.agent(None)).actor.organization_id
    kind, place = ActorKind.CUSTOMER, play.conversation_id
    asker = Asker(Actor(kind, customer_id, organization_id, conversation_id=place))
    play.work.author = Author(kind, customer_id)
    await send_customer_message(play.work, asker, None, step.text)


async def _reply(play: Play, step: steps.Reply) -> None:
    asker = await play.agent(step.by, Permission.REPLY_TO_CUSTOMER)
    await send_reply(play.work, asker, play.conversation_id, step.text)


async def _note(play: Play, step: steps.Note) -> None:
    asker = await play.agent(step.by, Permission.WRITE_NOTES)
    await post_note(play.work, asker, play.conversation_id, NoteDraft(step.kind, step.text))


async def _invite(play: Play, step: steps.Invite) -> None:
    asker = await play.agent(step.by, Permission.INVITE)
    agent_id = fixed_id("agent", step.whom)
    offer = Offer(agent_id, step.role, ends_at=play.later(step.hours))
    request = Request(step.type, step.background, step.special_notes)
    changed = await invite_agents(play.work, asker, play.conversation_id, [offer], request)
    invitation_id = changed.invited[0].invitation_id
    assert invitation_id, f"{step.whom} cannot be invited: {changed.invited[0]}"
    if step.answer is not Answer.OPEN:
        await ANSWERS[step.answer](play, step, invitation_id)


async def _accept(play: Play, step: steps.Invite, invitation_id: UUID) -> None:
    await accept_invitation(play.work, await play.agent(step.whom), invitation_id)


async def _decline(play: Play, step: steps.Invite, invitation_id: UUID) -> None:
    asker = await play.agent(step.whom)
    await decline_invitation(play.work, asker, invitation_id, step.reason, step.comment)


async def _revoke(play: Play, step: steps.Invite, invitation_id: UUID) -> None:
    await revoke_invitation(play.work, await play.agent(step.by), invitation_id)


async def _expire(play: Play, step: steps.Invite, invitation_id: UUID) -> None:
    """Let the time run out: set both clocks back, then do what is overdue."""
    i, d = invitations.c, deadlines.c
    passed = database_now()
    await play.work.change(
        sa.update(invitations).where(i.id == invitation_id).values(expires_at=passed)
    )
    await play.work.change(
        sa.update(deadlines).where(d.subject_id == invitation_id).values(due_at=passed)
    )
    await settle_conversation(play.work, play.conversation_id)


async def _participant(play: Play, key: str) -> UUID:
    p = participants.c
    present = sa.select(p.id).where(
        p.conversation_id == play.conversation_id,
        p.agent_id == fixed_id("agent", key),
        p.left_at.is_(None),
    )
    found: UUID = (await first(play.work, present)).id
    return found


async def _adjust(play: Play, step: steps.Adjust) -> None:
    asker = await play.agent(None, Permission.ADJUST_PERMISSION)
    whom = await _participant(play, step.whom)
    await adjust_permission(play.work, asker, whom, step.level, play.later(step.hours))


async def _leave(play: Play, step: steps.Leave) -> None:
    asker = await play.agent(step.by, Permission.VIEW_CONVERSATION)
    await leave_conversation(play.work, asker, play.conversation_id)


async def _remove(play: Play, step: steps.Remove) -> None:
    asker = await play.agent(None, Permission.REMOVE_PARTICIPANT)
    await remove_participant(play.work, asker, await _participant(play, step.whom))


async def _transfer(play: Play, step: steps.Transfer) -> None:
    asker = await play.agent(None, Permission.TRANSFER_PRIMARY)
    to = await _participant(play, step.to)
    await transfer_primary(play.work, asker, to, step.stay_as, None)
    play.primary = step.to


async def _end_collaboration(play: Play, step: steps.EndCollaboration) -> None:
    asker = await play.agent(None, Permission.CLOSE)
    await end_collaboration(play.work, asker, play.conversation_id, step.outcome)


async def _close(play: Play, step: steps.Close) -> None:
    asker = await play.agent(None, Permission.CLOSE)
    await close_conversation(play.work, asker, play.conversation_id, step.outcome, None)


ANSWERS: dict[Answer, Callable[[Play, steps.Invite, UUID], Awaitable[None]]] = {
    Answer.ACCEPTED: _accept,
    Answer.DECLINED: _decline,
    Answer.EXPIRED: _expire,
    Answer.REVOKED: _revoke,
}
ACTS: dict[type[Step], Callable[[Play, Any], Awaitable[None]]] = {
    steps.Says: _says,
    steps.Reply: _reply,
    steps.Note: _note,
    steps.Invite: _invite,
    steps.Adjust: _adjust,
    steps.Leave: _leave,
    steps.Remove: _remove,
    steps.Transfer: _transfer,
    steps.EndCollaboration: _end_collaboration,
    steps.Close: _close,
}
