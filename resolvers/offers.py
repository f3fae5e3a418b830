"""What would come of inviting: for each offer whom it reaches, under which rules, or every reason against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import text
from domain.actors import Actor
from domain.eligibility import Candidate, Seats, kind_of, reasons_against
from domain.errors import GONE, InvalidInput, NotFound, Reason, Refusal, caught
from domain.frequency import Sent
from domain.ids import new_id
from domain.invitations import (
    MAX_DEPUTIES,
    MAX_GROUP,
    MAX_INVITEES,
    CollaborationType,
    InvitationKind,
    check_emergency,
)
from domain.permissions import ParticipantRole, PermissionLevel, check_guest, check_offer
from domain.policies import collaborator_limit
from models.database import Reads
from resolvers.candidates import Circumstances, candidates, circumstances, inviter_of


@dataclass(frozen=True)
class Offer:
    """What a colleague, or one of a department, is offered. Without a level: the role's own.

    `deputies` are asked in their order when nobody has accepted in time.
    """

    agent_id: UUID | None = None
    role: ParticipantRole = ParticipantRole.EXPERT
    level: PermissionLevel | None = None
    ends_at: datetime | None = None
    department_id: UUID | None = None
    deputies: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Request:
    """Why help is needed: told to every invitee."""

    type: CollaborationType
    background: str | None = None
    special_notes: str | None = None
    emergency: bool = False
    emergency_reason: str | None = None

    def checked(self) -> Request:
        return replace(
            self,
            background=text.optional(self.background, text.BACKGROUND, "input", "background"),
            special_notes=text.optional(
                self.special_notes, text.SPECIAL_NOTES, "input", "specialNotes"
            ),
            emergency_reason=text.optional(
                self.emergency_reason, text.REASON, "input", "emergencyReason"
            ),
        )


@dataclass(frozen=True)
class Scene:
    """Where somebody is invited into, as the inviter holds it."""

    actor: Actor
    conversation_id: UUID
    organization_id: UUID
    classes: frozenset[Any]
    level: PermissionLevel
    seats_taken: int
    now: datetime


@dataclass(frozen=True)
class Plan:
    """What would come of one offer: one seat for all it reaches, or the reasons against it."""

    offer: Offer
    reached: Sequence[tuple[Candidate, InvitationKind]] = ()
    errors: Sequence[Reason] = ()
    group_id: UUID = field(default_factory=new_id)


@dataclass
class Planning:
    """Considers one offer after another; each that can be sent counts against the next."""

    scene: Scene
    request: Request
    around: Circumstances
    found: Mapping[UUID, Candidate]

    def __post_init__(self) -> None:
        limit = collaborator_limit(self.around.policy, self.scene.classes)
        self.inviter = inviter_of(self.scene.actor)
        self.seats = Seats(self.scene.seats_taken, limit)
        self.sent = list(self.around.sent)
        self.asked: set[object] = set()

    def plan(self, offer: Offer, *path: str) -> Plan:
        """Return whom the offer reaches; of a department those who are least busy."""
        candidates = self._aimed_at(offer)
        if not candidates:
            return Plan(offer, errors=[NotFound(GONE, path=path).reason])
        judged = [(each, self._reasons(each, offer, path)) for each in candidates]
        able = sorted(
            (each for each, reasons in judged if not reasons),
            key=lambda each: (each.collaborations, str(each.agent_id)),
        )
        if not able:
            return Plan(offer, errors=_distinct(judged))
        return self._reaching(offer, able[:MAX_GROUP])

    def _aimed_at(self, offer: Offer) -> list[Candidate]:
        if offer.agent_id is not None:
            return [self.found[offer.agent_id]] if offer.agent_id in self.found else []
        return [
            each
            for each in self.found.values()
            if each.department_id == offer.department_id
            and each.agent_id != self.scene.actor.id
            and each.agent_id not in self.asked
        ]

    def _reaching(self, offer: Offer, able: Sequence[Candidate]) -> Plan:
        emergency = self.request.emergency
        kinds = [(each, kind_of(self.inviter, each, emergency=emergency)) for each in able]
        plan = Plan(offer, kinds)
        self.seats = replace(self.seats, taken=self.seats.taken + 1)
        self.asked |= {each.agent_id for each in able}
        self.sent += [
            Sent(self.scene.actor.id, each.agent_id, plan.group_id, emergency, 0) for each in able
        ]
        return plan

    def _reasons(self, candidate: Candidate, offer: Offer, path: Sequence[str]) -> list[Refusal]:
        refusals = [
            *reasons_against(
                self.around.policy,
                self.inviter,
                candidate,
                self.seats,
                self.around.organization,
                self.sent,
                emergency=self.request.emergency,
            ),
            *caught(text.future, offer.ends_at, self.scene.now, "endsAt"),
            *caught(
                check_offer,
                self.scene.level,
                offer.role,
                offer.level,
                offer.ends_at,
                external=candidate.external,
            ),
            *caught(self._check_deputies, offer),
        ]
        return [refusal.at(*path) for refusal in refusals]

    def _check_deputies(self, offer: Offer) -> None:
        if len(offer.deputies) > MAX_DEPUTIES:
            raise InvalidInput(f"At most {MAX_DEPUTIES} deputies.", path=["escalateTo"])
        wrong = {offer.agent_id, self.scene.actor.id} & set(offer.deputies)
        if wrong or len(set(offer.deputies)) < len(offer.deputies):
            raise InvalidInput("Deputies are others, each named once.", path=["escalateTo"])
        if not set(offer.deputies) <= self.found.keys():
            raise NotFound(GONE, path=["escalateTo"])
        for deputy in offer.deputies:
            check_guest(offer.role, "escalateTo", external=self.found[deputy].external)


def _distinct(judged: Sequence[tuple[Candidate, Sequence[Refusal]]]) -> list[Reason]:
    """Return each reason once, whomever of a department it concerns."""
    found = {refusal.reason.code: refusal.reason for _, reasons in judged for refusal in reasons}
    return list(found.values())


def check_request(scene: Scene, offers: Sequence[Offer], request: Request) -> None:
    """Refuse what stands against inviting anybody in this way."""
    if not 1 <= len(offers) <= MAX_INVITEES:
        raise InvalidInput(
            f"Invite 1 to {MAX_INVITEES} colleagues at once; these are {len(offers)}.",
            path=["input", "invitees"],
        )
    if len({(offer.agent_id, offer.department_id) for offer in offers}) < len(offers):
        raise InvalidInput("The same colleague is named twice.", path=["input", "invitees"])
    if request.emergency:
        assert scene.actor.role, "agents have a role"
        check_emergency(scene.actor.role, scene.classes, request.emergency_reason)


async def considered(
    reads: Reads,
    scene: Scene,
    offers: Sequence[Offer],
    request: Request,
    *,
    lock: bool = False,
) -> tuple[Circumstances, list[Plan]]:
    """Return a plan per offer. With `lock` nothing that was counted changes until the transaction ends."""
    agent_ids = [id_ for offer in offers for id_ in (offer.agent_id, *offer.deputies) if id_]
    departments = [offer.department_id for offer in offers if offer.department_id]
    own = [scene.actor.id] if lock else []
    found = await candidates(
        reads, scene.actor, scene.conversation_id, [*own, *agent_ids], departments, lock=lock
    )
    around = await circumstances(reads, scene.actor, scene.conversation_id, list(found))
    planning = Planning(scene, request, around, found)
    return around, [
        planning.plan(offer, "input", "invitees", str(place)) for place, offer in enumerate(offers)
    ]
