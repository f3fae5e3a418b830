"""Tokens: JWT, signed with one secret; what they say is checked, who it is is read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from domain.actors import ActorKind
from resolvers.actors import Claims

ISSUER = AUDIENCE = "huddle"
ALGORITHM = "HS256"
LEEWAY_SECONDS = 5
NEEDED = ["exp", "iat", "iss", "aud", "sub", "kind"]
UNREADABLE = (  # what it says may be of any type and size
    jwt.InvalidTokenError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
)


class BadToken(Exception):
    """The message tells a person what to do."""


def sign(
    secret: str,
    kind: ActorKind,
    subject_id: UUID,
    conversation_id: UUID | None = None,
    ttl: timedelta = timedelta(hours=12),
) -> str:
    now = datetime.now(UTC)
    said: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + ttl,
        "sub": str(subject_id),
        "kind": kind.value,
    }
    if conversation_id is not None:
        said["conversation"] = str(conversation_id)
    return jwt.encode(said, secret, ALGORITHM)


def verify(secret: str, token: str) -> Claims:
    """Return what a valid token says, or raise BadToken."""
    try:
        said = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
        return _claims(said)
    except jwt.ExpiredSignatureError as error:
        raise BadToken("Your token has expired; sign in again.") from error
    except UNREADABLE as error:
        raise BadToken("Your token is not valid here; sign in again.") from error


def _claims(said: Mapping[str, Any]) -> Claims:
    conversation = said.get("conversation")
    return Claims(
        ActorKind(said["kind"]),
        UUID(said["sub"]),
        datetime.fromtimestamp(said["exp"], UTC) + timedelta(seconds=LEEWAY_SECONDS),
        UUID(conversation) if conversation is not None else None,
    )


def bearer(value: object) -> str | None:
    """Return the token of an `Authorization: Bearer ...` value, None when there is none at all."""
    if value is None:
        return None
    scheme, _, token = str(value).partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("Send your token as `Authorization: Bearer ...`.")
    return token.strip()
