"""What a token must say to be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from domain.actors import ActorKind
from domain.ids import new_id
from server.tokens import ALGORITHM, LEEWAY_SECONDS, BadToken, bearer, needed, sign, verify

SECRET = "a secret for tests only, long enough"
AGENT = new_id()
INVALID = "Your token is not valid here; sign in again."
EXPIRED = "Your token has expired; sign in again."


def said(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    claims = {
        "iss": "huddle",
        "aud": "huddle",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "sub": str(AGENT),
        "kind": "AGENT",
    }
    return {name: value for name, value in (claims | changed).items() if value is not None}


def refusal(token: str) -> str:
    with pytest.raises(BadToken) as caught:
        verify(SECRET, token)
    return str(caught.value)


def signed(secret: str = SECRET, algorithm: str = ALGORITHM, **changed: Any) -> str:
    return jwt.encode(said(**changed), secret, algorithm)


def test_what_was_signed_is_read_back() -> None:
    conversation = new_id()
    claims = verify(SECRET, sign(SECRET, ActorKind.CUSTOMER, AGENT, conversation))
    assert (claims.kind, claims.subject_id) == (ActorKind.CUSTOMER, AGENT)
    assert claims.conversation_id == conversation


def test_the_end_of_a_token_includes_the_leeway() -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    claims = verify(SECRET, signed(exp=end))
    assert claims.expires_at == end + timedelta(seconds=LEEWAY_SECONDS)


def test_an_expired_token_says_so() -> None:
    past = datetime.now(UTC) - timedelta(seconds=LEEWAY_SECONDS + 2)
    assert refusal(signed(exp=past)) == EXPIRED


def test_clocks_may_differ_a_little() -> None:
    just = datetime.now(UTC) - timedelta(seconds=1)
    assert verify(SECRET, signed(exp=just)).subject_id == AGENT


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"iss": "another"},
        {"kind": "SYSTEM2"},
        {"kind": "agent"},
        {"kind": 7},
        {"kind": ["AGENT"]},
        {"sub": "nobody"},
        {"sub": 7},
        {"conversation": "nowhere"},
        {"conversation": 7},
        {"exp": "tomorrow"},
        {"nbf": datetime(2100, 1, 1, tzinfo=UTC)},
    ],
    ids=str,
)
def test_a_token_that_says_something_else(changed: dict[str, Any]) -> None:
    assert refusal(signed(**changed)) == INVALID


@pytest.mark.parametrize("claim", needed())
def test_a_token_that_leaves_something_out(claim: str) -> None:
    left_out: dict[str, Any] = {claim: None}
    assert refusal(signed(**left_out)) == INVALID


def test_another_secret() -> None:
    assert refusal(signed("another secret, as long as the first one")) == INVALID


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm(algorithm: str) -> None:
    secret = "x" * 64
    with pytest.raises(BadToken):
        verify(secret, signed(secret, algorithm))


def test_a_token_without_a_signature() -> None:
    assert refusal(jwt.encode(said(), "", algorithm="none")) == INVALID


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "é.é.é", "null", "\x00", "a" * 10_000])
def test_garbage(token: str) -> None:
    assert refusal(token) == INVALID


def test_an_end_beyond_all_calendars() -> None:
    assert refusal(signed(exp=10**18)) == INVALID


@pytest.mark.parametrize("value", ["Bearer abc", "bearer abc", "BEARER  abc ", "bEaReR abc"])
def test_the_scheme_may_be_written_in_any_case(value: str) -> None:
    assert bearer(value) == "abc"


def test_no_header_is_no_token() -> None:
    assert bearer(None) is None


@pytest.mark.parametrize("value", ["", "abc", "Bearer", "Bearer ", "Basic abc", 7, {}])
def test_a_header_of_another_kind(value: object) -> None:
    with pytest.raises(BadToken, match="Authorization: Bearer"):
        bearer(value)
