"""Inviting colleagues into a conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import Actor, Asker
from domain.deadlines import DeadlineKind
from domain.errors import (
    InvalidInput,
    NotFound,
    Refusal,
)
from domain.events import (
    InvitationCreated,
    conversation_stream,
    inbox,
)
from domain.ids import new_id
from domain.invitations import (
    MAX_INVITEES,
    Candidate,
    CollaborationType,
    InvitationKind,
    InvitationStatus,
    Inviter,
    Seats,
    reasons_against,
)
from domain.permissions import ROLE_LEVELS, ParticipantRole, PermissionLevel, check_offer
from domain.policies import Policy, collaborator_limit
from models.conversations import conversations
from models.invitations import Invitation
from models.unit_of_work import UnitOfWork
from resolvers import access, endings
from resolvers.changes import Changed, Invited
from resolvers.eligibility import candidates
from resolvers.reads.organizations import policy_of


@dataclass(frozen=True)
class Offer:
    """What one colleague is offered. Without a level: the role's own."""

    agent_id: UUID
    role: ParticipantRole = ParticipantRole.EXPERT
    level: PermissionLevel | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Request:
    """Why help is needed: told to every invitee."""

    type: CollaborationType
    background: str | None = None
    special_notes: str | None = None

    def checked(self) -> Request:
        return Request(
            self.type,
            text.optional(self.background, text.BACKGROUND, "input", "background"),
            text.optional(self.special_notes, text.SPECIAL_NOTES, "input", "specialNotes"),
        )


async def invite_agents(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, offers: Sequence[Offer], request: Request
) -> Changed:
    """Invite each colleague or say why not; one refusal does not stop the others."""
    _check_batch(offers)
    request = request.checked()
    here = await access.conversation_to_change(work, asker, conversation_id)
    policy = await policy_of(work, here.organization_id)
    found = await candidates(work, asker.actor, here.id, [offer.agent_id for offer in offers])
    invited, taken = [], here.seats_taken
    for place, offer in enumerate(offers):
        seats = Seats(taken, collaborator_limit(policy, here.classes))
        refusals = _refusals(
            asker.actor, here, policy, offer, found.get(offer.agent_id), seats, place
        )
        if not refusals:
            invitation = await _invite(work, asker.actor, here, policy, offer, request, seats)
            taken += 1
            invited.append(Invited(offer.agent_id, invitation.id))
        else:
            errors = [refusal.reason for refusal in refusals]
            invited.append(Invited(offer.agent_id, errors=errors))
    return Changed(conversation_id=here.id, invited=invited)


def _check_batch(offers: Sequence[Offer]) -> None:
    if not 1 <= len(offers) <= MAX_INVITEES:
        raise InvalidInput(
            f"Invite 1 to {MAX_INVITEES} colleagues at once; these are {len(offers)}.",
            path=["input", "invitees"],
        )
    if len({offer.agent_id for offer in offers}) < len(offers):
        raise InvalidInput("The same colleague is named twice.", path=["input", "invitees"])


def _refusals(
    actor: Actor,
    here: access.Admission,
    policy: Policy,
    offer: Offer,
    candidate: Candidate | None,
    seats: Seats,
    place: int,
) -> list[Refusal]:
    """Return every reason against one offer, each with the path to its invitee."""
    path = ["input", "invitees", str(place)]
    if candidate is None:
        return [NotFound(access.GONE, path=path)]
    assert actor.role, "agents have a role"
    inviter = Inviter(actor.id, actor.department_id, actor.role)
    refusals = [
        *reasons_against(policy, inviter, candidate, seats),
        *caught(text.future, offer.ends_at, here.now, "endsAt"),
        *caught(check_offer, here.level, offer.role, offer.level, offer.ends_at),
    ]
    return [refusal.at(*path) for refusal in refusals]


def caught(check: Callable[..., object], *arguments: object) -> list[Refusal]:
    """Return what a check refuses, so that it can be told together with other reasons."""
    try:
        check(*arguments)
    except Refusal as refusal:
        return [refusal]
    return []


async def _invite(
    work: UnitOfWork,
    actor: Actor,
    here: access.Admission,
    policy: Policy,
    offer: Offer,
    request: Request,
    seats: Seats,
) -> Invitation:
    await _take_seat(work, here.id, seats)
    invitation = Invitation(
        id=new_id(),
        organization_id=here.organization_id,
        conversation_id=here.id,
        inviter_id=actor.id,
        invitee_id=offer.agent_id,
        kind=InvitationKind.STANDARD,
        type=request.type,
        role=offer.role,
        level=offer.level or ROLE_LEVELS[offer.role].initial,
        ends_at=offer.ends_at,
        background=request.background,
        special_notes=request.special_notes,
        status=InvitationStatus.PENDING,
        sent_at=here.now,
        expires_at=here.now + timedelta(seconds=policy.invitation_validity_seconds),
    )
    await work.add(invitation)
    await endings.schedule(
        work, DeadlineKind.INVITATION_EXPIRES, invitation.id, here.id, invitation.expires_at
    )
    streams = conversation_stream(here.id), inbox(actor.id), inbox(offer.agent_id)
    work.record(InvitationCreated(invitation.id), *streams)
    return invitation


async def _take_seat(work: UnitOfWork, conversation_id: UUID, seats: Seats) -> None:
    """Take one seat while there is one: the condition in the UPDATE decides."""
    c = conversations.c
    taken = await work.change(
        sa.update(conversations)
        .where(c.id == conversation_id, c.seats_taken < seats.limit)
        .values(seats_taken=c.seats_taken + 1, seat_limit=seats.limit, version=c.version + 1)
    )
    assert taken == 1, "seats are counted with the conversation locked"
