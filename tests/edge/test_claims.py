"""Whom a token of an identity provider is of, and whose tokens are not believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.actors import ActorKind
from domain.ids import new_id
from models.database import Database
from server.tokens import LEEWAY_SECONDS, ClaimNames, sign
from tests.cli.test_tokens import said
from tests.documents import POST_NOTE
from tests.edge.provider import (
    CURVE,
    NEW,
    OLD,
    WHO,
    Provider,
    Signer,
    Trusting,
    name_of,
    status_of,
    trusting_in,
)
from tests.service import SECRET, Data, Person, codes, node_id
from tests.world import World

pytestmark = pytest.mark.one_database

OPEN = """
mutation Open($input: OpenConversationInput!) { openConversation(input: $input) { errors { code } } }
"""


async def unauthenticated(person: Person) -> bool:
    """Tell whether the token is good, but not for anybody here."""
    answer = await person.ask(WHO)
    told = [error["extensions"]["code"] for error in answer.get("errors", [])]
    return told == ["UNAUTHENTICATED"] and not any((answer["data"] or {}).values())


@pytest.mark.parametrize("signer", [OLD, CURVE], ids=lambda signer: signer.algorithm)
async def test_a_token_of_either_algorithm_is_believed(
    trusting: Trusting, provider: Provider, signer: Signer
) -> None:
    provider.publish(OLD, CURVE)
    trusting.signer = signer
    assert await name_of(trusting.agent("lin")) == "Lin"


async def test_claims_say_which_agent_customer_or_integration(trusting: Trusting) -> None:
    assert await name_of(trusting.agent("wang")) == "Wang"
    theirs = await trusting.customer().run("{ customerConversation { status } }")
    assert theirs["customerConversation"]["status"] == "OPEN"
    customer = {"new": {"externalId": "new", "displayName": "New"}}
    opened = await trusting.integration().run(
        OPEN,
        input={
            "customer": customer,
            "subject": "Help",
            "primaryId": node_id("Agent", trusting.world.agents["lin"]),
        },
    )
    assert codes(opened["openConversation"]) == []


async def test_a_customer_of_another_conversation_is_nobody(trusting: Trusting) -> None:
    stranger = trusting.customer(conversation=trusting.world.other_conversation)
    answer = await stranger.ask("{ customerConversation { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_organization_that_is_named_must_be_theirs(trusting: Trusting) -> None:
    world = trusting.world
    for organization, believed in [
        (world.organization, True),
        (world.other_organization, False),
        (new_id(), False),
    ]:
        claims = {"sub": str(world.agents["lin"]), "organization": str(organization)}
        assert await unauthenticated(trusting.bearing(OLD.sign(**claims))) is not believed


async def test_somebody_the_provider_knows_and_we_do_not(trusting: Trusting) -> None:
    assert await unauthenticated(trusting.bearing(OLD.sign(sub=str(new_id()))))


@pytest.fixture
async def elsewhere(
    provider: Provider, database: Database, world: World
) -> AsyncIterator[Trusting]:
    """A service whose provider has another name, and names of its own for what it says."""
    async with trusting_in(
        provider,
        database,
        world,
        jwt_issuer="https://id.example.com/",
        jwt_audience="calls",
        jwt_claims=ClaimNames("agent_id", "https://example.com/kind", "call", "tenant"),
    ) as service:
        yield service


def foreign(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "iss": "https://id.example.com/",
        "aud": ["calls", "mail"],
        "sub": "people|lin",
        "kind": None,
        "agent_id": str(world.agents["lin"]),
        "https://example.com/kind": "AGENT",
        **changed,
    }


async def test_a_provider_has_its_own_names(elsewhere: Trusting) -> None:
    def bearing(**changed: Any) -> Person:
        return elsewhere.bearing(OLD.sign(**foreign(elsewhere.world, **changed)))

    assert await name_of(bearing()) == "Lin"
    assert await unauthenticated(bearing(tenant=str(new_id())))
    assert await unauthenticated(bearing(agent_id=str(new_id())))
    for changed in ({"iss": "huddle"}, {"aud": "huddle"}, {"agent_id": None}):
        assert await status_of(bearing(**changed)) == 401, changed
    assert await status_of(elsewhere.agent("lin")) == 401, "the usual names"


# Whose tokens are not believed.


def by_hand(head: Data, claims: Data, secret: bytes) -> str:
    """Return a token of HS256 whose secret no library would take."""
    parts = [base64.urlsafe_b64encode(orjson.dumps(each)).rstrip(b"=") for each in (head, claims)]
    digest = hmac.digest(secret, b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(digest).rstrip(b"=")]).decode()


def published_as(encoding: Encoding, shape: PublicFormat) -> bytes:
    written: bytes = OLD.pair.public_key().public_bytes(encoding, shape)
    return written


PEM = published_as(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
HIDDEN = b"a secret that the provider published by mistake"


def forged(claims: Data) -> dict[str, str]:
    """Return tokens that say what a good one does, signed by whom or how it should not be."""
    now = datetime.now(UTC)
    plain = {**claims, "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 60}
    head = {"alg": "HS256", "typ": "JWT"}
    other: Any = Signer("forged")
    good = OLD.sign(**claims)
    return {
        "our own secret": sign(SECRET, ActorKind.AGENT, new_id()),
        "our own secret, with a key id": by_hand({**head, "kid": "old"}, plain, SECRET.encode()),
        "the public key as a secret": by_hand({**head, "kid": "old"}, plain, PEM),
        "the same in one line": by_hand({**head, "kid": "old"}, plain, PEM.strip()),
        "a published secret": by_hand({**head, "kid": "secret"}, plain, HIDDEN),
        "a published secret, said to be RS256": by_hand(
            {"alg": "RS256", "kid": "secret"}, plain, HIDDEN
        ),
        "nobody": jwt.encode(claims, "", "none", {"kid": "old"}),
        "nobody, by another name": by_hand({"alg": "NONE", "kid": "old"}, plain, b""),
        "another hash": jwt.encode(claims, OLD.pair, "RS512", {"kid": "old"}),
        "another padding": jwt.encode(claims, OLD.pair, "PS256", {"kid": "old"}),
        "the other kind of key": jwt.encode(claims, CURVE.pair, "ES256", {"kid": "old"}),
        "a key of another id": jwt.encode(claims, OLD.pair, "RS256", {"kid": "curve"}),
        "a key for secrecy": jwt.encode(claims, NEW.pair, "RS256", {"kid": "new"}),
        "a stranger": jwt.encode(claims, other.pair, "RS256", {"kid": "old"}),
        "a stranger who brings the key": jwt.encode(
            claims, other.pair, "RS256", {"kid": "old", "jwk": other.published, "jku": "/mine"}
        ),
        "no key id, where there are several keys": jwt.encode(claims, OLD.pair, "RS256"),
        "no text as a key id": by_hand({"alg": "RS256", "kid": ["old"]}, plain, b""),
        "a list of algorithms": by_hand({"alg": ["RS256"], "kid": "old"}, plain, b""),
        "half a signature": good[:-20],
        "no signature": good.rpartition(".")[0] + ".",
    }


async def test_algorithms_and_keys_are_pinned(trusting: Trusting, provider: Provider) -> None:
    secret = base64.urlsafe_b64encode(HIDDEN).rstrip(b"=").decode()
    shared = {"kty": "oct", "k": secret, "kid": "secret"}
    provider.publish(OLD, CURVE)
    provider.keys += [{**NEW.published, "use": "enc"}, shared, {**shared, "alg": "HS256"}]
    claims = said(sub=str(trusting.world.agents["lin"]))
    assert await name_of(trusting.agent("lin")) == "Lin"
    answers = {how: await status_of(trusting.bearing(t)) for how, t in forged(claims).items()}
    assert answers == dict.fromkeys(answers, 401)
    assert provider.fetches == 1, "nobody leads us to other keys"


async def test_a_token_for_something_else(trusting: Trusting) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=10)
    over = datetime.now(UTC) - timedelta(seconds=LEEWAY_SECONDS + 1)
    others: list[Data] = [
        {"iss": "another"},
        {"iss": None},
        {"aud": "another"},
        {"aud": []},
        {"kind": "ROBOT"},
        {"sub": "lin"},
        {"exp": None},
        {"exp": over},
        {"exp": 10**30},
        {"iat": None},
        {"iat": soon},
        {"nbf": soon},
    ]
    for changed in others:
        claims = {"sub": str(trusting.world.agents["lin"])} | changed
        assert await status_of(trusting.bearing(OLD.sign(**claims))) == 401, changed


async def test_a_lone_key_needs_no_id(trusting: Trusting, provider: Provider) -> None:
    del provider.keys[0]["kid"]
    claims = said(sub=str(trusting.world.agents["lin"]))
    assert await name_of(trusting.bearing(jwt.encode(claims, OLD.pair, "RS256"))) == "Lin"


async def test_a_token_in_an_address_is_refused_and_not_read(
    trusting: Trusting, provider: Provider
) -> None:
    for name in ("token", "access_token", "Authorization", "id_token", "jwt"):
        address = {name: str(trusting.agent("lin").token), "query": WHO}
        got = await trusting.http.get("/graphql", params=address)
        posted = await trusting.http.post("/graphql", params=address, json={"query": WHO})
        assert (got.status_code, posted.status_code) == (400, 400)
        assert "data" not in got.json() | posted.json()
    assert provider.fetches == 0


async def test_who_asks_is_checked_before_what(trusting: Trusting) -> None:
    """Nobody without a name learns of an argument's mistakes."""
    garbage = {"conversationId": "garbage", "text": "x"}
    answer = await trusting.anonymous().ask(POST_NOTE, input=garbage)
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["UNAUTHENTICATED"]
    answer = await trusting.bearing("garbage").ask(POST_NOTE, input={"nonsense": 1})
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["UNAUTHENTICATED"]
