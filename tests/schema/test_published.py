"""The schema as it is published: in the file, by the command, over HTTP; and every node by its id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, parse
from graphql.language import DocumentNode

from schema.build import schema, sdl
from server.cli import app
from tests.authorization.requests import NODE_TYPES
from tests.authorization.stage import set_stage
from tests.service import Service

PUBLISHED = Path("schema.graphql")


def test_the_committed_file_is_the_export_byte_for_byte() -> None:
    assert PUBLISHED.read_bytes() == sdl().encode()


def test_the_committed_file_parses() -> None:
    assert isinstance(parse(PUBLISHED.read_text(encoding="utf-8")), DocumentNode)


def test_the_command_compares_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    app(["schema", "--check"], standalone_mode=False)
    assert "schema.graphql is current." in capsys.readouterr().out


async def test_the_service_hands_out_the_schema(service: Service) -> None:
    reply = await service.http.get("/schema.graphql")
    assert reply.text == sdl()


async def test_every_node_is_found_again_by_its_id(service: Service) -> None:
    """The primary sees one of each kind but what is for those who decide; `node` and `nodes` give the same object back."""
    stage = await set_stage(service)
    seen = [kind for kind in NODE_TYPES if kind not in {"AuditEntry", "Authorization"}]
    lin, ids = service.agent("lin"), [stage.ids[kind] for kind in seen]
    ask = "query($id: ID!) { node(id: $id) { __typename id } }"
    for kind, id_ in zip(seen, ids, strict=True):
        assert await lin.run(ask, id=id_) == {"node": {"__typename": kind, "id": id_}}
    asked = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    together = await lin.run(asked, ids=ids)
    assert [node["id"] for node in together["nodes"]] == ids


async def test_tools_can_ask_for_the_whole_schema(service: Service) -> None:
    """Introspection with every option, within the limits, without a token."""
    asked = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True
    )
    told: Any = await service.anonymous().run(asked)
    assert set(build_client_schema(told).type_map) == set(schema._schema.type_map)
