"""Forged tokens are refused in every way in, in the same words whatever was wrong with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.exceptions import ConnectionClosed

from models.database import Database
from server.app import build_app
from server.settings import Settings
from tests.attacks.forging import PUBLISHED, Forger, by_pair, hashed, published, rsa_pair
from tests.attacks.kit import EVENTS, GRAPHQL, body, cheap, codes_of, post
from tests.service import SECRET, Person, Service, listening
from tests.streams.kit import close_code, wire
from tests.world import World

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("quiet")]

WHO = "{ viewer { agent { name } } }"
WORDS = {
    "Your token is not valid here; sign in again.",
    "Your token has expired; sign in again.",
    "Send your token as `Authorization: Bearer ...`.",
}
Tokens = Iterator[tuple[str, str]]


@dataclass
class Provider:
    """Publishes keys, and counts how often somebody asks for them."""

    url: str = ""
    fetches: int = 0

    async def keys(self, request: Request) -> Response:
        self.fetches += 1
        return JSONResponse(published())


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with listening(Starlette(routes=[Route("/keys", made.keys)]), "off") as address:
        made.url = f"{address}/keys"
        yield made


@pytest.fixture
async def trusting(
    provider: Provider,
    database_url: str,
    database: Database,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Service]:
    """A service that believes the provider's keys and nothing else."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    app = build_app(Settings(database_url=database_url, jwks_url=provider.url, rates=None))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
        AsyncExitStack() as stack,
    ):
        yield Service("", app, http, database, world, stack)


async def refused_over_http(service: Service, tokens: Tokens, accept: str) -> None:
    for name, token in tokens:

        async def send(_number: int, name: str = name, token: str = token) -> None:
            headers = {
                b"authorization": b"Bearer " + token.encode("latin-1"),
                b"accept": accept.encode(),
            }
            sent = {**headers, b"content-type": b"application/json"}
            reply = await service.http.post("/graphql", content=body(WHO), headers=sent)
            assert (reply.status_code, codes_of(reply)) == (401, {"UNAUTHENTICATED"}), name
            assert reply.headers["www-authenticate"].startswith("Bearer"), name
            assert {error["message"] for error in reply.json()["errors"]} <= WORDS, name

        await cheap(f"{name}: 401", send)


async def refused_over_sockets(service: Service, tokens: Tokens) -> None:
    for name, token in tokens:
        async with wire(Person(service, None), init=False) as bare:
            await bare.send(type="connection_init", payload={"authorization": f"Bearer {token}"})
            assert await close_code(bare.socket) == 4403, name
            with pytest.raises(ConnectionClosed):
                await bare.socket.recv()  # not even an acknowledgement


def everything(service: Service, *, by_provider: bool) -> Tokens:
    forger = Forger(service.world.agents["lin"])
    yield from forger.with_nothing()
    yield from forger.by_public_key() if by_provider else forger.by_secret()


@pytest.mark.parametrize("accept", [GRAPHQL, EVENTS])
async def test_forged_tokens_are_401(service: Service, accept: str) -> None:
    await refused_over_http(service, everything(service, by_provider=False), accept)
    assert (await service.agent("lin").run(WHO))["viewer"]["agent"]["name"] == "Lin"


async def test_forged_tokens_close_a_socket_with_4403(service: Service) -> None:
    await refused_over_sockets(service, everything(service, by_provider=False))


@pytest.mark.parametrize("accept", [GRAPHQL, EVENTS])
async def test_forged_tokens_of_a_provider_are_401_and_it_is_not_asked_for_each(
    trusting: Service, provider: Provider, accept: str
) -> None:
    await refused_over_http(trusting, everything(trusting, by_provider=True), accept)
    assert provider.fetches <= 2
    claims = Forger(trusting.world.agents["lin"]).claims()
    good = by_pair({"alg": "RS256", "kid": PUBLISHED}, claims, rsa_pair(PUBLISHED))
    assert (await Person(trusting, good).run(WHO))["viewer"]["agent"]["name"] == "Lin"


async def test_forged_tokens_of_a_provider_close_a_socket_with_4403(trusting: Service) -> None:
    await refused_over_sockets(trusting, everything(trusting, by_provider=True))


@pytest.mark.parametrize(
    "value", ["Basic bGluOmxpbg==", "Bearer", "Bearer ", "bearer\t", "Token abc", "abc", "Negotiate x", ","]
)  # fmt: skip
async def test_another_scheme_is_401(service: Service, value: str) -> None:
    reply = await post(service, body(WHO), authorization=value)
    assert (reply.status_code, codes_of(reply)) == (401, {"UNAUTHENTICATED"})


@pytest.mark.parametrize("value", [["Bearer a"], {"a": 1}, 7, True, "", "Bearer", "a.b.c"])
async def test_what_is_no_authorization_closes_a_socket_with_4403(
    service: Service, value: object
) -> None:
    async with wire(Person(service, None), init=False) as bare:
        await bare.send(type="connection_init", payload={"Authorization": value})
        assert await close_code(bare.socket) == 4403


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "jwt"])
async def test_a_token_in_the_address_is_400_although_it_is_good(
    service: Service, name: str
) -> None:
    query = {"query": WHO, name: service.agent("lin").token or ""}
    reply = await service.http.get("/graphql", params=query)
    assert (reply.status_code, codes_of(reply)) == (400, {"BAD_USER_INPUT"})
    assert query[name] not in reply.text


async def test_nobody_signs_in_as_the_service_itself(service: Service) -> None:
    claims = Forger(service.world.agents["lin"]).claims(kind="SYSTEM")
    token = hashed({"alg": "HS256"}, claims, SECRET.encode())
    reply = await post(service, body(WHO), token)
    assert (reply.status_code, codes_of(reply)) == (401, {"UNAUTHENTICATED"})
