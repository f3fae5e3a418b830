"""The words in which the history of a conversation is told: what people did, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.conversations import CollaborationOutcome, ConversationClass, NoteKind
from domain.invitations import CollaborationType, DeclineReason
from domain.permissions import ParticipantRole, PermissionLevel


class Answer(StrEnum):
    """What became of an invitation. OPEN is still waiting, or ended with the conversation."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    OPEN = "OPEN"


@dataclass(frozen=True)
class Step:
    """The base of all steps. Where a step names nobody, the primary does it."""


@dataclass(frozen=True)
class Says(Step):
    """The customer writes."""

    text: str


@dataclass(frozen=True)
class Reply(Step):
    text: str
    by: str | None = None


@dataclass(frozen=True)
class Note(Step):
    kind: NoteKind
    text: str
    by: str | None = None


@dataclass(frozen=True)
class Invite(Step):
    """`hours` is how long the colleague is asked to stay; without it until the collaboration ends."""

    whom: str
    background: str
    answer: Answer = Answer.ACCEPTED
    role: ParticipantRole = ParticipantRole.EXPERT
    type: CollaborationType = CollaborationType.EXPERT_SUPPORT
    special_notes: str | None = None
    hours: int | None = None
    reason: DeclineReason | None = None
    comment: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Adjust(Step):
    whom: str
    level: PermissionLevel
    hours: int | None = None


@dataclass(frozen=True)
class Leave(Step):
    by: str


@dataclass(frozen=True)
class Remove(Step):
    whom: str


@dataclass(frozen=True)
class Transfer(Step):
    """The primary hands over the lead and stays on in a role."""

    to: str
    stay_as: ParticipantRole = ParticipantRole.OBSERVER


@dataclass(frozen=True)
class EndCollaboration(Step):
    outcome: CollaborationOutcome


@dataclass(frozen=True)
class Close(Step):
    outcome: CollaborationOutcome | None = None


@dataclass(frozen=True)
class Story:
    """One conversation from its opening on. `says` is the customer's first message."""

    primary: str
    customer: str
    subject: str
    classes: frozenset[ConversationClass]
    says: str
    steps: Sequence[Step] = ()


STANDARD, VIP, URGENT, COMPLAINT = (frozenset({kind}) for kind in ConversationClass)
