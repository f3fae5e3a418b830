"""The whole service answers the same with compiled documents and without, byte for byte."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import orjson
import pytest
from graphql import DocumentNode, StringValueNode
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from execution.compiler import Compiling
from models.database import Database
from schema.build import schema
from server.app import build_app
from server.settings import Settings
from tests.execution.twists import twisted
from tests.service import SECRET, Person, Service, node_id
from tests.steps import invited, join, note

pytestmark = pytest.mark.one_database  # nothing here depends on which

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
ASKERS = ("lin", "wang", "mei", "zhao", "admin", "ext", "customer", "nobody")
REQUEST_ID = re.compile(rb'"requestId":"[^"]*"')
CORE = schema._schema


def text(value: str) -> StringValueNode:
    return StringValueNode(value=value, block=False)


SCALARS = {
    "ID": st.just(text("id 1")),
    "Cursor": st.just(text("id 1")),
    "DateTime": st.just(text("2031-01-01T00:00:00Z")),
}


class Generated:
    """A document, without the long words that it would be shown with."""

    def __init__(self, node: DocumentNode) -> None:
        self.node = node


DOCUMENTS = queries(CORE, custom_scalars=SCALARS, print_ast=Generated, allow_null=True)


class Twins:
    """One database, asked by two services of which one compiles."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.apps = [self._app(mode) for mode in (Compiling.OFF, Compiling.ALWAYS)]

    def _app(self, mode: Compiling) -> Any:
        url = self.service.database.url.set(drivername="sqlite").render_as_string()
        chosen = Settings(database_url=url, jwt_secret=SECRET, rates=None, compiled=mode)
        return build_app(chosen)

    async def answers(self, person: Person, document: str, given: dict[str, Any]) -> list[bytes]:
        return [await self.ask(app, person, document, given) for app in self.apps]

    async def ask(self, app: Any, person: Person, document: str, given: dict[str, Any]) -> bytes:
        headers = {"Accept": "application/graphql-response+json"}
        if person.token:
            headers["Authorization"] = f"Bearer {person.token}"
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            body = {"query": document, "variables": given}
            reply = await http.post("/graphql", headers=headers, json=body, timeout=60)
        return REQUEST_ID.sub(b"", reply.content)

    async def dispose(self) -> None:
        for app in self.apps:
            database: Database = app.state.database
            await database.dispose()


@pytest.fixture
async def twins(service: Service) -> AsyncIterator[Twins]:
    twins = Twins(service)
    yield twins
    await twins.dispose()


def person(service: Service, key: str) -> Person:
    if key == "nobody":
        return service.anonymous()
    return service.customer() if key == "customer" else service.agent(key)


async def furnish(service: Service) -> list[str]:
    """Let something have happened; return ids of everything."""
    part = await join(service, "wang", role="OBSERVER")
    sent = await invited(service, "lin", "chen")
    await note(service, "lin", "Look here: call 13912345678.")
    ids = [node_id("Agent", id_) for id_ in service.world.agents.values()]
    ids += [node_id("Department", id_) for id_ in service.world.departments.values()]
    here = node_id("Conversation", service.world.conversation)
    there = node_id("Conversation", service.world.other_conversation)
    return [*ids, part, sent, here, here, here, there, "not an id"]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="EXAMPLES" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(document=DOCUMENTS, seed=st.integers(0, 10**6), key=st.sampled_from(ASKERS))
async def test_generated_documents(
    document: Generated,
    seed: int,
    key: str,
    twins: Twins,
    furnished: list[str],
    tally: Counter[str],
) -> None:
    text_, given_ = twisted(CORE, document.node, seed, furnished)
    plain, compiled = await twins.answers(person(twins.service, key), text_, given_)
    assert compiled == plain, text_
    tally[kind_of(orjson.loads(plain))] += 1


def kind_of(answer: dict[str, Any]) -> str:
    if not answer.get("data"):
        return "refused"
    return "partly" if "errors" in answer else "in full"


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    counted: Counter[str] = Counter()
    yield counted
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))
    print(f"generated documents: {counted.total()} answered alike ({told})")


@pytest.fixture
async def furnished(service: Service) -> list[str]:
    return await furnish(service)
