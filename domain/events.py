"""What happened, in the past tense. An event carries ids and facts, never content: content is read by right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.conversations import CollaborationOutcome, LeaveReason
from domain.handing import DelegationEnding, HandoverCause
from domain.permissions import PermissionLevel


@dataclass(frozen=True)
class Event:
    """The base of all events; the class name is the event's type."""


@dataclass(frozen=True)
class InvitationEvent(Event):
    invitation_id: UUID


class InvitationCreated(InvitationEvent): ...


class InvitationAccepted(InvitationEvent): ...


class InvitationDeclined(InvitationEvent): ...


class InvitationExpired(InvitationEvent): ...


class InvitationRevoked(InvitationEvent): ...


class InvitationCanceled(InvitationEvent): ...


class InvitationApproved(InvitationEvent): ...


class InvitationRejected(InvitationEvent): ...


@dataclass(frozen=True)
class InvitationDeferred(InvitationEvent):
    until: datetime


class InvitationReminded(InvitationEvent): ...


class ApprovalRequested(InvitationEvent):
    """For those who can approve."""


class ApprovalClosed(InvitationEvent):
    """For those who could have approved: it needs no decision any more."""


@dataclass(frozen=True)
class ConversationOpened(Event):
    conversation_id: UUID


@dataclass(frozen=True)
class ConversationClosed(Event):
    conversation_id: UUID


@dataclass(frozen=True)
class ConversationPaused(Event):
    conversation_id: UUID
    resumes_at: datetime


@dataclass(frozen=True)
class ConversationResumed(Event):
    conversation_id: UUID


@dataclass(frozen=True)
class CollaborationStarted(Event):
    collaboration_id: UUID


@dataclass(frozen=True)
class CollaborationEnded(Event):
    collaboration_id: UUID
    outcome: CollaborationOutcome | None


@dataclass(frozen=True)
class ParticipantJoined(Event):
    participant_id: UUID


@dataclass(frozen=True)
class ParticipantLeft(Event):
    participant_id: UUID
    reason: LeaveReason


@dataclass(frozen=True)
class ParticipantIdle(Event):
    participant_id: UUID
    removal_at: datetime


@dataclass(frozen=True)
class PermissionAdjusted(Event):
    participant_id: UUID
    before: PermissionLevel
    after: PermissionLevel
    until: datetime | None


@dataclass(frozen=True)
class PermissionReverted(Event):
    participant_id: UUID
    before: PermissionLevel
    after: PermissionLevel


@dataclass(frozen=True)
class PrimaryTransferred(Event):
    former_id: UUID
    primary_id: UUID
    cause: HandoverCause = HandoverCause.TRANSFER
    takeover_reason: str | None = None


@dataclass(frozen=True)
class PrimaryOfferEvent(Event):
    offer_id: UUID


class PrimaryOffered(PrimaryOfferEvent): ...


class PrimaryOfferAccepted(PrimaryOfferEvent): ...


class PrimaryOfferDeclined(PrimaryOfferEvent): ...


class PrimaryOfferWithdrawn(PrimaryOfferEvent): ...


class PrimaryOfferExpired(PrimaryOfferEvent): ...


class PrimaryOfferCanceled(PrimaryOfferEvent): ...


@dataclass(frozen=True)
class DelegationBegan(Event):
    delegation_id: UUID


@dataclass(frozen=True)
class DelegationEnded(Event):
    delegation_id: UUID
    ending: DelegationEnding


@dataclass(frozen=True)
class AuthorizationEvent(Event):
    authorization_id: UUID


class AuthorizationRequested(AuthorizationEvent): ...


class AuthorizationApproved(AuthorizationEvent): ...


class AuthorizationDenied(AuthorizationEvent): ...


class AuthorizationUsed(AuthorizationEvent): ...


class AuthorizationExpired(AuthorizationEvent): ...


class AuthorizationCanceled(AuthorizationEvent): ...


@dataclass(frozen=True)
class EmergencyReviewEvent(Event):
    review_id: UUID


class EmergencyReviewOpened(EmergencyReviewEvent): ...


class EmergencyReviewSettled(EmergencyReviewEvent): ...


@dataclass(frozen=True)
class CustomerWaitsEvent(Event):
    conversation_id: UUID
    asked_at: datetime


class CustomerReplyTargetMissed(CustomerWaitsEvent):
    """For who leads: the customer has waited longer than they should."""


class SupervisorCalled(CustomerWaitsEvent): ...


@dataclass(frozen=True)
class StageAdvanced(Event):
    stage_id: UUID


@dataclass(frozen=True)
class CustomerMessagePosted(Event):
    message_id: UUID


@dataclass(frozen=True)
class NotePosted(Event):
    note_id: UUID


@dataclass(frozen=True)
class NoteEdited(Event):
    note_id: UUID
    version: int


@dataclass(frozen=True)
class TranscriptMessageAdded(Event):
    """For the customer."""

    message_id: UUID


@dataclass(frozen=True)
class CustomerConversationPaused(Event):
    """For the customer."""

    conversation_id: UUID
    resumes_at: datetime


@dataclass(frozen=True)
class CustomerConversationResumed(Event):
    """For the customer."""

    conversation_id: UUID


@dataclass(frozen=True)
class CustomerConversationEnded(Event):
    """For the customer."""

    conversation_id: UUID


def _kinds(base: type[Event]) -> Iterator[type[Event]]:
    """Yield what stands below a base and is no base of others."""
    for kind in base.__subclasses__():
        yield from _kinds(kind) if kind.__subclasses__() else (kind,)


# By name, to read stored events back.
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in _kinds(Event)}
# What a guest hears of a conversation: nothing of who else is invited.
OF_INVITATIONS = "Invitation"
HEARD_BY_GUESTS = tuple(name for name in EVENTS if not name.startswith(OF_INVITATIONS))
