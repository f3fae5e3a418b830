"""A mock of our schema, and what to ask it: every document of operations/."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    get_nullable_type,
    parse,
    type_from_ast,
)
from starlette.applications import Starlette

from server.mock.app import build_mock
from server.settings import Settings

ROOT = Path(__file__).parents[2]
SDL = (ROOT / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)
EVERY = 0.01
PAGES = ("first", "last")


@dataclass(frozen=True)
class Asked:
    """One operation of a document, with variables that fit it."""

    document: DocumentNode
    text: str
    operation: OperationDefinitionNode

    @property
    def name(self) -> str:
        assert self.operation.name
        return self.operation.name.value

    @property
    def body(self) -> dict[str, Any]:
        given = {
            each.variable.name.value: _fitting(SCHEMA, type_from_ast(SCHEMA, each.type))
            for each in self.operation.variable_definitions or ()
            if each.type.kind == "non_null_type" or each.variable.name.value in PAGES
        }
        return {"query": self.text, "variables": given, "operationName": self.name}

    @property
    def streams(self) -> bool:
        return self.operation.operation is OperationType.SUBSCRIPTION


def _fitting(schema: GraphQLSchema, kind: Any) -> Any:
    """Return a value for a type: of an input only what it cannot be without."""
    kind = get_nullable_type(kind)
    if hasattr(kind, "of_type"):
        return [_fitting(schema, kind.of_type)]
    if hasattr(kind, "fields"):
        needed = {
            name
            for name, field in kind.fields.items()
            if field.type != get_nullable_type(field.type)
        }
        names = needed or (set(list(kind.fields)[:1]) if kind.is_one_of else set())
        return {name: _fitting(schema, kind.fields[name].type) for name in sorted(names)}
    if hasattr(kind, "values"):
        return next(iter(kind.values))
    return {"Int": 3, "Boolean": True, "DateTime": "2026-02-01T00:00:00Z"}.get(kind.name, "some-id")


def operations() -> list[Asked]:
    texts = [
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "operations").glob("*.graphql"))
    ]
    return [
        Asked(document, text, node)
        for text in texts
        for document in [parse(text)]
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]


OPERATIONS = operations()


def mock(seed: int = 0, sdl: str = SDL, every: float = EVERY) -> Starlette:
    return build_mock(Settings(), sdl, seed, every)


@pytest.fixture
async def client() -> AsyncIterator[Callable[[Starlette], httpx.AsyncClient]]:
    """Clients of applications in this process."""
    opened: list[httpx.AsyncClient] = []

    def of(app: Starlette) -> httpx.AsyncClient:
        opened.append(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
        )
        return opened[-1]

    yield of
    for each in opened:
        await each.aclose()
