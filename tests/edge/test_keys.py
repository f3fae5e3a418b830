"""The keys of an identity provider: fetched once, believed as long as it publishes them, and while it is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest

from server import keys
from server.keys import (
    BETWEEN_FETCHES_SECONDS,
    FETCH_SECONDS,
    FRESH_SECONDS,
    LARGEST,
    STALE_SECONDS,
)
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

FAILURES: dict[str, Data] = {
    "silence": {"silent": True},
    "an error": {"status": 500},
    "a redirect": {"status": 302},
    "too much": {"document": b" " * LARGEST + orjson.dumps({"keys": [OLD.published]})},
    "nothing": {"document": b""},
    "no JSON": {"document": b"<html>"},
    "no UTF-8": {"document": b'{"keys": "\xff"}'},
    "no object": {"document": b"[]"},
    "null": {"document": b"null"},
    "depth": {"document": b"[" * 100_000},
    "no keys": {"document": b'{"keys": []}'},
    "no list": {"document": b'{"keys": 7}'},
    "keys of no kind": {"document": b'{"keys": [7, null, {"kty": 7}, {"kty": "RSA", "n": 7}]}'},
    "an id that is none": {"document": orjson.dumps({"keys": [OLD.published | {"kid": [1]}]})},
    "a secret": {"document": b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "old"}]}'},
}
WORKING: Data = {"silent": False, "status": 200, "document": None}


Behave = Callable[[Data], None]


@pytest.fixture
def now_with(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Behave:
    """Return what lets the provider behave; nobody waits long for silence."""

    def behave(behaviour: Data) -> None:
        for name, value in (WORKING | behaviour).items():
            setattr(provider, name, value)
        monkeypatch.setattr(keys, "FETCH_SECONDS", 1.0 if provider.silent else FETCH_SECONDS)

    return behave


async def test_known_keys_are_believed_while_the_provider_is_away(
    trusting: Trusting, provider: Provider, now_with: Behave
) -> None:
    assert await statuses(trusting, OLD) == [200]
    for tried, (how, behaviour) in enumerate(FAILURES.items(), start=2):
        now_with(behaviour)
        trusting.later(FRESH_SECONDS + 1)
        assert await statuses(trusting, OLD) == [200], how
        await eventually(lambda: trusting.keys.refreshing is None)
        assert await statuses(trusting, OLD, NEW) == [200, 401], how
        assert provider.fetches == tried, how
    trusting.later(STALE_SECONDS)
    assert await statuses(trusting, OLD) == [503], "not for ever"
    now_with(WORKING)
    trusting.later(AWHILE)
    assert await statuses(trusting, OLD) == [200]


async def test_nothing_is_said_of_tokens_before_the_provider_was_there(
    trusting: Trusting, provider: Provider, now_with: Behave
) -> None:
    for tried, (how, behaviour) in enumerate(FAILURES.items(), start=1):
        now_with(behaviour)
        trusting.later(AWHILE)
        assert await statuses(trusting, OLD, OLD, NEW) == [503] * 3, how
        assert provider.fetches == tried, how
    refused = await trusting.http.post("/graphql", headers=bearer(trusting), json={"query": WHO})
    assert int(refused.headers["Retry-After"]) > 0
    assert "data" not in refused.json()
    async with wire(trusting.agent("lin"), init=False) as bare:
        await bare.send(type="connection_init", payload=bearer(trusting))
        assert await close_code(bare.socket) == TRY_LATER
    assert "data" in await trusting.anonymous().ask("{ apiLimits { depth } }")
    now_with(WORKING)
    trusting.later(AWHILE)
    assert await name_of(trusting.agent("lin")) == "Lin"
    async with wire(trusting.agent("lin")) as bare:
        await bare.subscribe("1", WHO)
        assert (await bare.next_of("1"))["payload"]["data"]["viewer"]["agent"]["name"] == "Lin"


def bearer(trusting: Trusting) -> Data:
    return {"Authorization": f"Bearer {trusting.agent('lin').token}"}
