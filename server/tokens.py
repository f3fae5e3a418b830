"""Tokens: what a JWT must say, and how it says who it is of. Who that is now is read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from domain.actors import ActorKind, Audience
from resolvers.actors import Claims

ISSUER = AUDIENCE = "huddle"
ALGORITHM = "HS256"
LEEWAY_SECONDS = 5
LONGEST = 8 * 1024
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


EXPIRED = "Your token has expired; sign in again."
INVALID = "Your token is not valid here; sign in again."


@dataclass(frozen=True)
class ClaimNames:
    """Under which names a token says what; an identity provider may have others, such as URLs."""

    subject: str = "sub"
    kind: str = "kind"
    conversation: str = "conversation"
    organization: str = "organization"
    invitation: str = "invitation"


CLAIM_NAMES = ClaimNames()


@dataclass(frozen=True)
class Expected:
    """What every token must be for, and by whom."""

    issuer: str = ISSUER
    audience: str = AUDIENCE
    names: ClaimNames = CLAIM_NAMES


OURS = Expected()


def read_claim_names(text: str) -> ClaimNames:
    """Read `kind=https://example.com/kind, subject=...`."""
    pairs = [part.partition("=") for part in text.split(",")]
    given = {name.strip(): value.strip() for name, _, value in pairs}
    if not given.keys() <= {each.name for each in fields(ClaimNames)} or not all(given.values()):
        raise ValueError(
            "is like: subject=..., kind=..., conversation=..., organization=..., invitation=..."
        )
    return ClaimNames(**given)


def sign(
    secret: str,
    kind: ActorKind,
    subject_id: UUID,
    conversation_id: UUID | None = None,
    ttl: timedelta = timedelta(hours=12),
    expected: Expected = OURS,
    invitation_id: UUID | None = None,
) -> str:
    """Return a token of our own; with an identity provider it alone makes them."""
    now, names = datetime.now(UTC), expected.names
    said: dict[str, Any] = {
        "iss": expected.issuer,
        "aud": expected.audience,
        "iat": now,
        "exp": now + ttl,
        names.subject: str(subject_id),
        names.kind: kind.value,
    }
    if conversation_id is not None:
        said[names.conversation] = str(conversation_id)
    if invitation_id is not None:
        said[names.invitation] = str(invitation_id)
    return jwt.encode(said, secret, ALGORITHM)


def verify(
    key: Any, token: str, algorithms: list[str] | None = None, expected: Expected = OURS
) -> Claims:
    """Return what a valid token says, or raise BadToken. `key` is a secret or a public key of PyJWT."""
    try:
        said = jwt.decode(
            token,
            key,
            algorithms=algorithms or [ALGORITHM],
            audience=expected.audience,
            issuer=expected.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": needed(expected.names)},
        )
        return _claims(said, expected.names)
    except jwt.ExpiredSignatureError as error:
        raise BadToken(EXPIRED) from error
    except UNREADABLE as error:
        raise BadToken(INVALID) from error


def needed(names: ClaimNames = CLAIM_NAMES) -> list[str]:
    return ["exp", "iat", "iss", "aud", names.subject, names.kind]


def _claims(said: Mapping[str, Any], names: ClaimNames) -> Claims:
    return Claims(
        ActorKind(Audience(said[names.kind])),
        UUID(said[names.subject]),
        datetime.fromtimestamp(said["exp"], UTC) + timedelta(seconds=LEEWAY_SECONDS),
        _id(said.get(names.conversation)),
        _id(said.get(names.organization)),
        _id(said.get(names.invitation)),
    )


def _id(value: Any) -> UUID | None:
    return None if value is None else UUID(value)


def bearer(value: object) -> str | None:
    """Return the token of an `Authorization: Bearer ...` value, None when there is none at all."""
    if value is None:
        return None
    scheme, _, token = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("Send your token as `Authorization: Bearer ...`.")
    if len(token) > LONGEST:
        raise BadToken(INVALID)
    return token.strip()
