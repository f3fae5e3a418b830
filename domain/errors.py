"""Everything the product turns down, as one tree; `code` is API, the message is prose for a person.

* Failure                        the request itself could not be served: a top-level GraphQL error
  + Unauthenticated              no token, or a bad one
  + Forbidden                    wrong audience, or a right is missing
  + BadUserInput                 malformed id or cursor, or a page larger than allowed
  + NotFoundAtTop                a subscription's row is unknown or hidden
  + CursorExpired                older than what is kept: take a new snapshot
  + HistoryChanged               the history behind the cursor is not the one it came from
  + RateLimited                  too often; carries `retryAfterSeconds`
  + Unavailable                  not at the moment: to try again helps
    + TookTooLong                stopped at the time limit of a request
* Refusal                        understood and turned down: an entry of a payload's `errors`
  + NotFound                     unknown, or not yours to know of
  + NotPermitted                 visible, but the level is too low
  + InvalidInput                 `path` says which input
  + LevelTooHigh
  + LimitReached                 carries `limit` and `current`
    + CollaboratorLimitReached
    + OrganizationLimitReached
    + InviteeAtCapacity
  + TooOften                     carries `retryAfterSeconds`
  + EmergencyNotJustified
  + InviteeOffline, InviteeDoNotDisturb, CrossDepartmentNotPermitted, ExternalNotPermitted,
    RoleNotAllowedToInvite, CollaborationDisabled, AlreadyParticipant, DuplicateInvitation, CannotInviteSelf
  + InvitationNotPending
    + InvitationExpired
  + ConversationClosed, ConversationOnHold
  + PrimaryMustTransfer
  + StepUpRequired, AuthorizationNotPending, ReviewNotPending
  + VersionConflict              carries the kind, id and version of the current object
  + IdempotencyConflict
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil
from typing import ClassVar

GONE = "There is nothing here by this id, or it is not yours to know of."


class UserErrorCode(StrEnum):
    """The codes of refusals. They are API: a client acts on them."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    LEVEL_TOO_HIGH = "LEVEL_TOO_HIGH"
    COLLABORATOR_LIMIT_REACHED = "COLLABORATOR_LIMIT_REACHED"
    ORGANIZATION_LIMIT_REACHED = "ORGANIZATION_LIMIT_REACHED"
    INVITEE_AT_CAPACITY = "INVITEE_AT_CAPACITY"
    RATE_LIMITED = "RATE_LIMITED"
    INVITEE_OFFLINE = "INVITEE_OFFLINE"
    INVITEE_DO_NOT_DISTURB = "INVITEE_DO_NOT_DISTURB"
    CROSS_DEPARTMENT_NOT_PERMITTED = "CROSS_DEPARTMENT_NOT_PERMITTED"
    EXTERNAL_NOT_PERMITTED = "EXTERNAL_NOT_PERMITTED"
    EMERGENCY_NOT_JUSTIFIED = "EMERGENCY_NOT_JUSTIFIED"
    ROLE_NOT_ALLOWED_TO_INVITE = "ROLE_NOT_ALLOWED_TO_INVITE"
    COLLABORATION_DISABLED = "COLLABORATION_DISABLED"
    ALREADY_PARTICIPANT = "ALREADY_PARTICIPANT"
    DUPLICATE_INVITATION = "DUPLICATE_INVITATION"
    CANNOT_INVITE_SELF = "CANNOT_INVITE_SELF"
    INVITATION_NOT_PENDING = "INVITATION_NOT_PENDING"
    INVITATION_EXPIRED = "INVITATION_EXPIRED"
    CONVERSATION_CLOSED = "CONVERSATION_CLOSED"
    CONVERSATION_ON_HOLD = "CONVERSATION_ON_HOLD"
    PRIMARY_MUST_TRANSFER = "PRIMARY_MUST_TRANSFER"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    AUTHORIZATION_NOT_PENDING = "AUTHORIZATION_NOT_PENDING"
    REVIEW_NOT_PENDING = "REVIEW_NOT_PENDING"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"


class Failure(Exception):
    """The request could not be served. `extensions` travels to the client as it is."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str, **extensions: str | int | None) -> None:
        super().__init__(message)
        self.extensions = {"code": self.code, **extensions}


class Unauthenticated(Failure):
    code = "UNAUTHENTICATED"


class Forbidden(Failure):
    code = "FORBIDDEN"


class BadUserInput(Failure):
    code = "BAD_USER_INPUT"


class NotFoundAtTop(Failure):
    code = "NOT_FOUND"


class CursorExpired(Failure):
    code = "CURSOR_EXPIRED"


class HistoryChanged(Failure):
    code = "HISTORY_CHANGED"


class RateLimited(Failure):
    code = "RATE_LIMITED"

    def __init__(self, seconds: float) -> None:
        wait = max(1, ceil(seconds))
        super().__init__(f"Too often: try again in {wait} s.", retryAfterSeconds=wait)


class Unavailable(Failure):
    code = "SERVICE_UNAVAILABLE"


class TookTooLong(Unavailable):
    """What was begun is rolled back, unless it was just being committed: the idempotency key tells."""


@dataclass(frozen=True)
class Reason:
    """A refusal as plain data, so that it can be listed, stored and replayed."""

    code: UserErrorCode
    message: str
    path: Sequence[str] | None = None
    details: Mapping[str, int | str] = field(default_factory=dict)


class Refusal(Exception):
    code: ClassVar[UserErrorCode]

    def __init__(
        self, message: str, *, path: Sequence[str] | None = None, **details: int | str
    ) -> None:
        super().__init__(message)
        self.reason = Reason(self.code, message, path, details)

    def at(self, *path: str) -> Refusal:
        """Put the refusal below `path`: what it says of its own path stays as the end."""
        self.reason = replace(self.reason, path=[*path, *(self.reason.path or ())])
        return self


class NotFound(Refusal):
    code = UserErrorCode.NOT_FOUND


class NotPermitted(Refusal):
    code = UserErrorCode.NOT_PERMITTED


class InvalidInput(Refusal):
    code = UserErrorCode.INVALID_INPUT


class LevelTooHigh(Refusal):
    code = UserErrorCode.LEVEL_TOO_HIGH


class LimitReached(Refusal):
    def __init__(self, message: str, *, limit: int, current: int) -> None:
        super().__init__(message, limit=limit, current=current)


class CollaboratorLimitReached(LimitReached):
    code = UserErrorCode.COLLABORATOR_LIMIT_REACHED


class OrganizationLimitReached(LimitReached):
    code = UserErrorCode.ORGANIZATION_LIMIT_REACHED


class InviteeAtCapacity(LimitReached):
    code = UserErrorCode.INVITEE_AT_CAPACITY


class TooOften(Refusal):
    code = UserErrorCode.RATE_LIMITED

    def __init__(self, message: str, seconds: float) -> None:
        wait = max(1, ceil(seconds))
        super().__init__(f"{message} Try again in {wait} s.", retryAfterSeconds=wait)


class EmergencyNotJustified(Refusal):
    code = UserErrorCode.EMERGENCY_NOT_JUSTIFIED


class InviteeOffline(Refusal):
    code = UserErrorCode.INVITEE_OFFLINE


class InviteeDoNotDisturb(Refusal):
    code = UserErrorCode.INVITEE_DO_NOT_DISTURB


class CrossDepartmentNotPermitted(Refusal):
    code = UserErrorCode.CROSS_DEPARTMENT_NOT_PERMITTED


class ExternalNotPermitted(Refusal):
    code = UserErrorCode.EXTERNAL_NOT_PERMITTED


class RoleNotAllowedToInvite(Refusal):
    code = UserErrorCode.ROLE_NOT_ALLOWED_TO_INVITE


class CollaborationDisabled(Refusal):
    code = UserErrorCode.COLLABORATION_DISABLED


class AlreadyParticipant(Refusal):
    code = UserErrorCode.ALREADY_PARTICIPANT


class DuplicateInvitation(Refusal):
    code = UserErrorCode.DUPLICATE_INVITATION


class CannotInviteSelf(Refusal):
    code = UserErrorCode.CANNOT_INVITE_SELF


class InvitationNotPending(Refusal):
    code = UserErrorCode.INVITATION_NOT_PENDING


class InvitationExpired(InvitationNotPending):
    code = UserErrorCode.INVITATION_EXPIRED


class ConversationClosed(Refusal):
    code = UserErrorCode.CONVERSATION_CLOSED


class ConversationOnHold(Refusal):
    code = UserErrorCode.CONVERSATION_ON_HOLD


class PrimaryMustTransfer(Refusal):
    code = UserErrorCode.PRIMARY_MUST_TRANSFER


class StepUpRequired(Refusal):
    code = UserErrorCode.STEP_UP_REQUIRED


class AuthorizationNotPending(Refusal):
    code = UserErrorCode.AUTHORIZATION_NOT_PENDING


class ReviewNotPending(Refusal):
    code = UserErrorCode.REVIEW_NOT_PENDING


class VersionConflict(Refusal):
    code = UserErrorCode.VERSION_CONFLICT


class IdempotencyConflict(Refusal):
    code = UserErrorCode.IDEMPOTENCY_CONFLICT


def caught(check: Callable[..., object], *arguments: object, **named: object) -> list[Refusal]:
    """Return what a check refuses, so that it can be told together with other reasons."""
    try:
        check(*arguments, **named)
    except Refusal as refusal:
        return [refusal]
    return []
