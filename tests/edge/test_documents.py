"""Trusted documents: named by the digest of their text, and nothing else where only they are run."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from models.database import Database
from server.graphql.documents import collect, document_id, load
from server.settings import SettingsError
from tests.edge.kit import running, streaming
from tests.service import Data, Service
from tests.streams.kit import wire
from tests.world import World

pytestmark = pytest.mark.one_database

NAME = "{ viewer { agent { name } } }"
FOLLOW = "subscription { inbox { __typename } }"
OTHER = "{ viewer { rights } }"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "documents.json"
    path.write_bytes(orjson.dumps({document_id(text): text for text in (NAME, FOLLOW)}))
    return path


async def ask(service: Service, **body: object) -> Data:
    headers = {"Authorization": f"Bearer {service.agent('lin').token}"}
    answer: Data = (await service.http.post("/graphql", headers=headers, json=body)).json()
    return answer


async def test_a_document_is_run_by_its_id(
    database: Database, world: World, registry: Path
) -> None:
    async with running(database, world, documents=registry) as service:
        answer = await ask(service, documentId=document_id(NAME))
        assert answer["data"] == {"viewer": {"agent": {"name": "Lin"}}}
        assert (await ask(service, query=OTHER))["data"]
        (error,) = (await ask(service, documentId="sha256:0"))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_only_trusted_documents_are_run_where_it_is_said(
    database: Database, world: World, registry: Path
) -> None:
    said = {"documents": registry, "only_trusted_documents": True}
    async with running(database, world, **said) as service:
        assert (await ask(service, documentId=document_id(NAME)))["data"]
        assert (await ask(service, query=NAME))["data"]  # it is one of them, in full
        assert "documentId" in (await ask(service, query=OTHER))["errors"][0]["message"]
        introspection = "{ __schema { types { name } } }"
        assert (await ask(service, query=introspection))["errors"]
        async with streaming(service.agent("lin"), OTHER) as events:
            assert events.reply.status_code == 400


async def test_over_a_socket_they_have_ids_too(
    database: Database, world: World, registry: Path
) -> None:
    said = {"documents": registry, "only_trusted_documents": True}
    async with (
        running(database, world, **said) as service,
        wire(service.agent("lin")) as bare,
    ):
        await bare.send(type="subscribe", id="1", payload={"documentId": document_id(FOLLOW)})
        assert (await bare.next_of("1"))["payload"]["data"]["inbox"]
        await bare.subscribe("2", OTHER)
        frame = await bare.next_of("2")
        assert frame["type"] == "error"
        assert "documentId" in frame["payload"][0]["message"]


def test_a_folder_of_documents_makes_a_registry() -> None:
    found = collect(Path(__file__).parents[2] / "operations")
    assert len(found) > 10
    assert all(document_id(text) == id_ for id_, text in found.items())


@pytest.mark.parametrize("text", ["", "[]", '{"sha256:0": "{ viewer { rights } }"}', '{"a": 1}'])
def test_a_damaged_registry_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "documents.json"
    path.write_text(text)
    with pytest.raises(SettingsError, match="HUDDLE_DOCUMENTS"):
        load(path)
    with pytest.raises(SettingsError, match="HUDDLE_DOCUMENTS"):
        load(tmp_path / "none.json")
