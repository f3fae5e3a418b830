"""The playground's page: its headers, whom it tells tokens, and that it shows the documents as they are written."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse, validate

from models.database import Database
from models.organizations import organizations
from schema.build import schema
from server.playground import OPERATIONS, PAGE, written
from tests.edge.kit import running
from tests.service import Service
from tests.world import World

pytestmark = pytest.mark.one_database

PEOPLE = "/playground/people.json"
CHOSEN = {"hosts": ("huddle.example.com", "localhost"), "production": True, "playground": True}


@pytest.fixture
async def demo(service: Service) -> Service:
    """The service, whose world is declared to be demo data."""
    async with service.database.writing() as connection:
        await connection.execute(organizations.update().values(demo=True))
    return service


async def told(service: Service, **headers: str) -> list[dict[str, Any]]:
    sent = {"Host": "localhost:8000", **headers}
    reply = await service.http.get(PEOPLE, headers=sent)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    people: list[dict[str, Any]] = reply.json()["people"]
    return people


@pytest.mark.parametrize("path", ["/", "/playground/playground.js", "/playground/playground.css"])
async def test_the_page_and_its_files_let_nothing_else_in(service: Service, path: str) -> None:
    reply = await service.http.get(path)
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'"} <= {*policy}
    assert "frame-ancestors 'none'" in policy
    assert not [part for part in policy if "http" in part or "*" in part or "eval" in part]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-cache"
    again = await service.http.get(path, headers={"If-None-Match": reply.headers["etag"]})
    assert path == "/" or again.status_code == 304


async def test_the_page_names_no_other_site() -> None:
    page = (PAGE / "index.html").read_text()
    assert "//" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("path", ["/playground/", "/playground/../app.py", "/playground/no.js"])
async def test_nothing_else_is_served(service: Service, path: str) -> None:
    assert (await service.http.get(path)).status_code == 404


async def test_switched_off_nothing_of_it_is_there(database: Database, world: World) -> None:
    async with running(database, world, playground=False) as service:
        for path in ["/", PEOPLE, "/playground/story.json", "/playground/playground.js"]:
            assert (await service.http.get(path)).status_code == 404, path


async def test_in_development_it_is_told_the_people_of_the_demo(demo: Service) -> None:
    people = {person["key"]: person for person in await told(demo)}
    lin = people["lin"]
    assert (lin["role"], lin["department"]) == ("AGENT", "technology")
    assert people["customer"]["kind"] == "CUSTOMER"
    headers = {"Authorization": f"Bearer {lin['token']}"}
    asked = {"query": "{ viewer { agent { name } } }"}
    reply = await demo.http.post("/graphql", headers=headers, json=asked)
    assert reply.json()["data"]["viewer"]["agent"]["name"] == lin["name"]


async def test_without_demo_data_it_is_told_of_nobody(service: Service) -> None:
    assert await told(service) == []


async def test_in_production_it_is_told_of_nobody(demo: Service) -> None:
    async with running(demo.database, demo.world, **CHOSEN) as service:
        assert await told(service) == []


async def test_with_an_identity_provider_it_is_told_of_nobody(demo: Service) -> None:
    keys = {"jwt_secret": None, "jwks_url": "http://127.0.0.1:9/keys"}
    async with running(demo.database, demo.world, **keys) as service:
        assert await told(service) == []


@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "http://localhost:5173"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=lambda page: ", ".join(page.values()),
)
async def test_another_page_is_told_no_token(demo: Service, page: dict[str, str]) -> None:
    reply = await demo.http.get(PEOPLE, headers={"Host": "localhost:8000", **page})
    assert reply.status_code == 403
    assert set(reply.json()) == {"errors"}


async def test_its_own_page_is_told(demo: Service) -> None:
    own = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
    assert await told(demo, **own)


async def test_by_another_name_of_the_machine_no_token_is_told(demo: Service) -> None:
    async with running(demo.database, demo.world, hosts=("huddle.example.com",)) as service:
        assert await told(service, Host="huddle.example.com") == []
        assert await told(service)


async def test_from_another_machine_no_token_is_told(demo: Service) -> None:
    async with running(demo.database, demo.world) as service:
        assert await told(service, **{"X-Forwarded-For": "192.0.2.7"}) == []


async def test_the_story_has_each_document_as_it_is_written(service: Service) -> None:
    story = (await service.http.get("/playground/story.json")).json()
    steps = [step for chapter in story["chapters"] for step in chapter["steps"]]
    committed = "\n".join(file.read_text() for file in sorted(OPERATIONS.glob("*.graphql")))
    assert "\n".join(written()) == committed
    assert {step["document"] for step in steps} == set(written())
    for step in steps:
        (node,) = parse(step["document"]).definitions
        assert isinstance(node, OperationDefinitionNode)
        assert node.name
        assert node.name.value == step["operation"]


def test_what_fills_variables_is_found_by_valid_queries() -> None:
    story = orjson.loads((OPERATIONS / "story.json").read_bytes())
    for name, find in story["finds"].items():
        asked = find.get("query")
        assert asked is None or validate(schema._schema, parse(asked)) == [], name
        assert asked or find["minutesFromNow"] > 0
    texts = [chapter["title"] for chapter in story["chapters"]]
    texts += [step["title"] for chapter in story["chapters"] for step in chapter["steps"]]
    texts += [find["what"] for find in story["finds"].values()]
    assert all(text.keys() == {"en", "zh"} for text in texts)
