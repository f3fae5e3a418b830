"""Which hosts are answered, and which sites' pages may use the service."""

from __future__ import annotations

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from models.database import Database
from tests.edge.kit import running
from tests.service import Service
from tests.world import World

pytestmark = pytest.mark.one_database

DESK = "https://desk.example.com"
SAID = {"hosts": ("127.0.0.1", "*.example.com"), "origins": (DESK,)}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "LOCALHOST:80", "[::1]:8000"])
async def test_development_answers_loopback_names(service: Service, host: str) -> None:
    reply = await service.http.get("/healthz", headers={"Host": host})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "127.0.0.2", "[::2]"]
)
async def test_another_host_is_refused_in_json(service: Service, host: str) -> None:
    reply = await service.http.post("/graphql", headers={"Host": host}, json={})
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_production_answers_the_hosts_it_was_told(database: Database, world: World) -> None:
    async with running(database, world, production=True, **SAID) as service:
        for host, status in {
            "huddle.example.com": 200,
            "example.com": 400,
            "localhost": 400,
            "127.0.0.1": 200,
        }.items():
            reply = await service.http.get("/healthz", headers={"Host": host})
            assert reply.status_code == status, host


async def preflight(service: Service, origin: str) -> str | None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    reply = await service.http.options("/graphql", headers=headers)
    allowed: str | None = reply.headers.get("access-control-allow-origin")
    return allowed


async def test_pages_of_this_machine_may_use_it_in_development(service: Service) -> None:
    assert await preflight(service, "http://localhost:5173") == "http://localhost:5173"
    assert await preflight(service, "http://localhost.evil.example") is None
    assert await preflight(service, DESK) is None


async def test_pages_of_named_sites_may_use_it(database: Database, world: World) -> None:
    async with running(database, world, production=True, **SAID) as service:
        assert await preflight(service, DESK) == DESK
        assert await preflight(service, "http://localhost:5173") is None
        headers = {"Origin": DESK}
        reply = await service.http.post("/graphql", headers=headers, json={})
        assert reply.headers["access-control-allow-origin"] == DESK
        assert "X-Request-Id" in reply.headers["access-control-expose-headers"]


async def opened(service: Service, origin: str | None) -> int:
    """Try to open a WebSocket from a page, and return the status of the handshake."""
    url = await service.websocket_url()
    try:
        async with connect(
            url,
            origin=origin,  # type: ignore[arg-type]  # a name is a NewType of str
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]  # a name is a NewType of str
            proxy=None,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_a_page_opens_a_socket_only_where_it_may(database: Database, world: World) -> None:
    async with running(database, world, production=True, **SAID) as service:
        own = service.address
        assert [await opened(service, origin) for origin in (None, DESK, own)] == [101] * 3
        hostile = ["https://evil.example", "http://localhost:5173", f"{DESK}.evil.example", "null"]
        assert [await opened(service, origin) for origin in hostile] == [403] * 4


async def test_in_development_pages_of_this_machine_open_one(service: Service) -> None:
    assert await opened(service, "http://localhost:5173") == 101
    assert await opened(service, "https://evil.example") == 403


async def test_what_is_switched_off_is_not_there(database: Database, world: World) -> None:
    off = {"playground": False, "metrics": False, "by_get": False}
    async with running(database, world, **off) as service:
        assert (await service.http.get("/")).status_code == 404
        assert (await service.http.get("/metrics")).status_code == 404
        reply = await service.http.get("/graphql", params={"query": "{ apiLimits { depth } }"})
        assert reply.status_code == 405
        assert reply.headers["allow"] == "POST"


async def test_a_preflight_is_refused_in_json(service: Service) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    reply = await service.http.options("/graphql", headers=asked)
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_no_address_is_repeated_with_what_it_holds(service: Service) -> None:
    reply = await service.http.post("/graphql/?token=secret", json={})
    assert (reply.status_code, reply.headers.get("location")) == (404, None)
