"""A signature is verified once; everything else about a token is looked at each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actors import ActorKind
from domain.ids import new_id
from server import authentication, tokens
from server.authentication import Authenticator
from server.settings import Settings
from server.tokens import BadToken, sign
from tests.service import SECRET


class Later(datetime):
    """A clock that is an hour ahead."""

    @classmethod
    def now(cls, tz: Any = None) -> Later:
        return super().now(tz) + timedelta(hours=1)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    verify = tokens.verify

    def noted(key: Any, token: str, **more: Any) -> Any:
        seen.append(token)
        return verify(key, token, **more)

    monkeypatch.setattr(authentication, "verify", noted)
    return seen


def token(minutes: float = 30) -> str:
    return sign(SECRET, ActorKind.AGENT, new_id(), ttl=timedelta(minutes=minutes))


async def test_a_token_that_comes_again_is_verified_once(
    verified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "REMEMBERED", 2)
    authenticator, mine = Authenticator(Settings(jwt_secret=SECRET)), token()
    first = await authenticator.claims(f"Bearer {mine}")
    assert await authenticator.claims(f"Bearer {mine}") == first
    assert verified == [mine]
    others = [token() for _ in range(2)]
    for each in [*others, mine]:
        await authenticator.claims(f"Bearer {each}")
    assert verified == [mine, *others, mine]
    assert len(authenticator.known) == 2


async def test_a_remembered_token_ends_like_any_other(
    verified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator, mine = Authenticator(Settings(jwt_secret=SECRET)), token()
    await authenticator.claims(f"Bearer {mine}")
    monkeypatch.setattr(authentication, "datetime", Later)
    monkeypatch.setattr("jwt.api_jwt.datetime", Later)
    with pytest.raises(BadToken, match="expired"):
        await authenticator.claims(f"Bearer {mine}")
    assert verified == [mine, mine]


async def test_a_bad_token_is_never_remembered(verified: list[str]) -> None:
    authenticator = Authenticator(Settings(jwt_secret=SECRET))
    forged = sign("another secret that is long enough too", ActorKind.AGENT, new_id())
    for _ in range(2):
        with pytest.raises(BadToken):
            await authenticator.claims(f"Bearer {forged}")
    assert verified == [forged, forged]
    assert not authenticator.known
