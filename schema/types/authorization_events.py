"""What happens to authorisations, as inboxes tell it."""

from __future__ import annotations

from resolvers.reads.authorizations import authorizations_by_id
from schema.fields import batched, interface
from schema.types.authorizations import Authorization
from schema.types.events import Event, InboxEvent, event


@interface
class AuthorizationEvent(Event):
    """Something that happened to an authorisation that you asked for, or may decide about."""

    authorization: Authorization | None = batched(
        Authorization | None,
        authorizations_by_id,
        "facts.authorization_id",
        "The authorisation as it is now; null when you can no longer see it.",
    )


@event
class AuthorizationRequested(AuthorizationEvent, InboxEvent):
    """Somebody asks for it: decide with `approveAuthorization` or `denyAuthorization`."""


@event
class AuthorizationApproved(AuthorizationEvent, InboxEvent):
    """It can be used once, until `expiresAt`."""


@event
class AuthorizationDenied(AuthorizationEvent, InboxEvent):
    """Somebody said no."""


@event
class AuthorizationUsed(AuthorizationEvent, InboxEvent):
    """It was done, and the authorisation is used up."""


@event
class AuthorizationExpired(AuthorizationEvent, InboxEvent):
    """Nobody decided, or nobody used it, in time."""


@event
class AuthorizationCanceled(AuthorizationEvent, InboxEvent):
    """It was asked for anew, who asked has left or lost the level it needs, or the conversation is closed."""
