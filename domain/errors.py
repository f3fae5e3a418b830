"""Everything the product turns down, as one tree; `code` is API, the message is prose for a person.

* Failure                        the request itself could not be served: a top-level GraphQL error
  + Unauthenticated              no token, or a bad one
  + Forbidden                    wrong audience, or a right is missing
  + BadUserInput                 malformed id or cursor, or a page larger than allowed
  + NotFoundAtTop                a subscription's row is unknown or hidden
  + CursorExpired                older than what is kept: take a new snapshot
  + HistoryChanged               the history behind the cursor is not the one it came from
* Refusal                        understood and turned down: an entry of a payload's `errors`
  + NotFound                     unknown, or not yours to know of
  + NotPermitted                 visible, but the level is too low
  + InvalidInput                 `path` says which input
  + LevelTooHigh
  + LimitReached                 carries `limit` and `current`
    + CollaboratorLimitReached
    + InviteeAtCapacity
  + InviteeOffline, InviteeDoNotDisturb, CrossDepartmentNotPermitted, ExternalNotPermitted,
    RoleNotAllowedToInvite, CollaborationDisabled, AlreadyParticipant, DuplicateInvitation, CannotInviteSelf
  + InvitationNotPending
    + InvitationExpired
  + ConversationClosed
  + PrimaryMustTransfer
  + VersionConflict              carries the kind, id and version of the current object
  + IdempotencyConflict
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar


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


@dataclass(frozen=True)
class Reason:
    """A refusal as plain data, so that it can be listed, stored and replayed."""

    code: str
    message: str
    path: Sequence[str] | None = None
    details: Mapping[str, int | str] = field(default_factory=dict)


class Refusal(Exception):
    code: ClassVar[str]

    def __init__(
        self, message: str, *, path: Sequence[str] | None = None, **details: int | str
    ) -> None:
        super().__init__(message)
        self.reason = Reason(self.code, message, path, details)

    def at(self, *path: str) -> Refusal:
        """Put the refusal below `path`: what it says of its own path stays as the end."""
        self.reason = replace(self.reason, path=[*path, *(self.reason.path or ())])
        return self

    def facts(self) -> dict[str, object]:
        return asdict(self.reason)


class NotFound(Refusal):
    code = "NOT_FOUND"


class NotPermitted(Refusal):
    code = "NOT_PERMITTED"


class InvalidInput(Refusal):
    code = "INVALID_INPUT"


class LevelTooHigh(Refusal):
    code = "LEVEL_TOO_HIGH"


class LimitReached(Refusal):
    def __init__(self, message: str, *, limit: int, current: int) -> None:
        super().__init__(message, limit=limit, current=current)


class CollaboratorLimitReached(LimitReached):
    code = "COLLABORATOR_LIMIT_REACHED"


class InviteeAtCapacity(LimitReached):
    code = "INVITEE_AT_CAPACITY"


class InviteeOffline(Refusal):
    code = "INVITEE_OFFLINE"


class InviteeDoNotDisturb(Refusal):
    code = "INVITEE_DO_NOT_DISTURB"


class CrossDepartmentNotPermitted(Refusal):
    code = "CROSS_DEPARTMENT_NOT_PERMITTED"


class ExternalNotPermitted(Refusal):
    code = "EXTERNAL_NOT_PERMITTED"


class RoleNotAllowedToInvite(Refusal):
    code = "ROLE_NOT_ALLOWED_TO_INVITE"


class CollaborationDisabled(Refusal):
    code = "COLLABORATION_DISABLED"


class AlreadyParticipant(Refusal):
    code = "ALREADY_PARTICIPANT"


class DuplicateInvitation(Refusal):
    code = "DUPLICATE_INVITATION"


class CannotInviteSelf(Refusal):
    code = "CANNOT_INVITE_SELF"


class InvitationNotPending(Refusal):
    code = "INVITATION_NOT_PENDING"


class InvitationExpired(InvitationNotPending):
    code = "INVITATION_EXPIRED"


class ConversationClosed(Refusal):
    code = "CONVERSATION_CLOSED"


class PrimaryMustTransfer(Refusal):
    code = "PRIMARY_MUST_TRANSFER"


class VersionConflict(Refusal):
    code = "VERSION_CONFLICT"


class IdempotencyConflict(Refusal):
    code = "IDEMPOTENCY_CONFLICT"
