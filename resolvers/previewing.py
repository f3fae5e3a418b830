"""What would come of inviting, without doing it: the very plan that inviting carries out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Asker
from domain.conversations import check_open
from domain.errors import ConversationClosed, Reason, Refusal
from domain.invitations import InvitationKind, needs_approval, no_later_than, validity
from domain.permissions import Permission, check_permits
from domain.policies import Policy, collaborator_limit
from models.columns import database_now
from models.database import Reads
from resolvers import access
from resolvers.offers import Offer, Plan, Request, Scene, check_request, considered
from resolvers.reads.conversations import ConversationView


@dataclass(frozen=True)
class InviteePreview:
    """What would come of one target: whom it reaches under which rules, or every reason against it."""

    agent_id: UUID | None
    department_id: UUID | None
    agent_ids: Sequence[UUID]
    kind: InvitationKind | None
    expires_at: datetime | None
    reasons: Sequence[Reason]

    @property
    def can_invite(self) -> bool:
        return not self.reasons

    @property
    def approval_needed(self) -> bool:
        return self.kind is not None and needs_approval(self.kind)


@dataclass(frozen=True)
class InvitationPreview:
    """`reasons` stand against the request as a whole; then nobody is looked at."""

    seats_taken: int
    seat_limit: int
    reasons: Sequence[Reason]
    invitees: Sequence[InviteePreview]

    @property
    def seats_left(self) -> int:
        """How many seats are left once everybody who can be is invited."""
        wanted = sum(each.can_invite for each in self.invitees)
        return max(0, self.seat_limit - self.seats_taken - wanted)


async def preview_invitation(
    reads: Reads, asker: Asker, conversation_id: UUID, offers: Sequence[Offer], request: Request
) -> InvitationPreview:
    """Plan without a lock, and write nothing."""
    here = await access.conversation_to_read(reads, Asker(asker.actor), conversation_id)
    try:
        check_open(here.status)
    except ConversationClosed as refusal:
        return InvitationPreview(0, 0, [refusal.reason], ())
    check_permits(here.viewer_level, Permission.INVITE)
    scene = await _scene(reads, asker, here)
    try:
        request = request.checked()
        check_request(scene, offers, request)
        against: list[Reason] = []
    except Refusal as refusal:
        against, offers = [refusal.reason], ()
    around, plans = await considered(reads, scene, offers, request)
    limit = collaborator_limit(around.policy, here.classes)
    invitees = [_invitee(plan, around.policy, scene.now) for plan in plans]
    return InvitationPreview(here.seats_taken, limit, against, invitees)


async def _scene(reads: Reads, asker: Asker, here: ConversationView) -> Scene:
    assert here.viewer_level, "who may invite takes part"
    (row,) = await reads.all(sa.select(database_now()))
    return Scene(
        asker.actor,
        here.id,
        here.organization_id,
        here.classes,
        here.viewer_level,
        here.seats_taken,
        row[0],
    )


def _invitee(plan: Plan, policy: Policy, now: datetime) -> InviteePreview:
    kind = plan.reached[0][1] if plan.reached else None
    return InviteePreview(
        plan.offer.agent_id,
        plan.offer.department_id,
        [candidate.agent_id for candidate, _ in plan.reached],
        kind,
        no_later_than(now + validity(policy, kind), plan.offer.ends_at) if kind else None,
        plan.errors,
    )
