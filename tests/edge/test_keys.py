"""The keys of an identity provider: fetched once, believed as long as it publishes them, and while it is away."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from server import keys
from server.keys import BETWEEN_FETCHES_SECONDS, FRESH_SECONDS, LARGEST, STALE_SECONDS
from tests.edge.provider import (
    NEW,
    OLD,
    WHO,
    Provider,
    Signer,
    Trusting,
    name_of,
    status_of,
    statuses,
)
from tests.service import Data
from tests.streams.kit import close_code, eventually, wire

pytestmark = pytest.mark.one_database

AWHILE = BETWEEN_FETCHES_SECONDS + 1
TRY_LATER = 1013


# When keys are fetched.


async def test_keys_are_fetched_once_for_many(trusting: Trusting, provider: Provider) -> None:
    provider.publish(OLD, NEW)
    await asyncio.gather(*(name_of(trusting.agent("lin")) for _ in range(20)))
    assert await statuses(trusting, OLD, NEW, OLD) == [200] * 3
    assert provider.fetches == 1


async def test_a_new_key_is_fetched_when_it_is_met(trusting: Trusting, provider: Provider) -> None:
    assert await statuses(trusting, OLD, NEW) == [200, 401]
    provider.publish(OLD, NEW)
    trusting.later(AWHILE)
    assert await statuses(trusting, NEW, OLD) == [200, 200]
    assert provider.fetches == 2


async def test_a_key_that_is_gone_is_not_believed_after_the_next_fetch(
    trusting: Trusting, provider: Provider
) -> None:
    assert await statuses(trusting, OLD) == [200]
    provider.publish(NEW)
    trusting.later(FRESH_SECONDS + 1)
    assert await statuses(trusting, OLD) == [200], "nobody waits for it"
    await eventually(lambda: trusting.keys.refreshing is None)
    assert await statuses(trusting, OLD, NEW) == [401, 200]
    assert provider.fetches == 2


async def test_made_up_keys_are_no_flood(trusting: Trusting, provider: Provider) -> None:
    sub = str(trusting.world.agents["lin"])
    made_up = [trusting.bearing(Signer(f"made up {n % 3}").sign(sub=sub)) for n in range(30)]
    assert await asyncio.gather(*map(status_of, made_up)) == [401] * 30
    assert provider.fetches == 1
    trusting.later(AWHILE)
    assert await asyncio.gather(*map(status_of, made_up)) == [401] * 30
    assert provider.fetches == 2


# When the provider does not answer, or answers nonsense.

BAD_DOCUMENTS = {
    "nothing": b"",
    "no JSON": b"<html>",
    "no UTF-8": b'{"keys": "\xff"}',
    "no object": b"[]",
    "null": b"null",
    "depth": b"[" * 100_000,
    "no keys": b'{"keys": []}',
    "keys of no kind": b'{"keys": [7, null, {"kty": 7}, {"kty": "RSA", "n": 7, "e": []}]}',
    "a secret": b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "old"}]}',
}


def fail(provider: Provider, how: str) -> None:
    if how == "status":
        provider.status = 500
    elif how == "redirect":
        provider.status = 302
    elif how == "silence":
        provider.silent = True
    elif how == "size":
        provider.document = b" " * LARGEST + orjson.dumps({"keys": provider.keys})
    else:
        provider.document = BAD_DOCUMENTS[how]


def recover(provider: Provider) -> None:
    provider.status, provider.silent, provider.document = 200, False, None


failures = pytest.mark.parametrize("how", ["status", "redirect", "silence", "size", *BAD_DOCUMENTS])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "FETCH_SECONDS", 0.3)


@failures
@pytest.mark.usefixtures("impatient")
async def test_known_keys_are_believed_while_the_provider_is_away(
    trusting: Trusting, provider: Provider, how: str
) -> None:
    assert await statuses(trusting, OLD) == [200]
    fail(provider, how)
    for _ in range(3):
        trusting.later(FRESH_SECONDS + 1)
        assert await statuses(trusting, OLD) == [200]
        await eventually(lambda: trusting.keys.refreshing is None)
    assert provider.fetches == 4
    trusting.later(STALE_SECONDS)
    assert await statuses(trusting, OLD) == [503], "not for ever"
    recover(provider)
    trusting.later(AWHILE)
    assert await statuses(trusting, OLD) == [200]


@failures
@pytest.mark.usefixtures("impatient")
async def test_a_provider_that_was_never_there_is_waited_for(
    trusting: Trusting, provider: Provider, how: str
) -> None:
    fail(provider, how)
    refused = await trusting.http.post("/graphql", headers=bearer(trusting), json={"query": WHO})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "data" not in refused.json()
    async with wire(trusting.agent("lin"), init=False) as bare:
        await bare.send(type="connection_init", payload=bearer(trusting))
        assert await close_code(bare.socket) == TRY_LATER
    assert provider.fetches == 1
    assert "data" in await trusting.anonymous().ask("{ apiLimits { depth } }")
    recover(provider)
    trusting.later(AWHILE)
    assert await name_of(trusting.agent("lin")) == "Lin"
    async with wire(trusting.agent("lin")) as bare:
        await bare.subscribe("1", WHO)
        assert (await bare.next_of("1"))["payload"]["data"]["viewer"]["agent"]["name"] == "Lin"


def bearer(trusting: Trusting) -> Data:
    return {"Authorization": f"Bearer {trusting.agent('lin').token}"}
