"""The floor that ours is measured beside does what ours does: the same answers, and for mutations the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel
from starlette.applications import Starlette

from benchmarks.requests.alike import asked, difference
from benchmarks.requests.floor.app import build_floor
from benchmarks.requests.peers.for_ariadne import build as build_ariadne
from benchmarks.requests.peers.stock.app import build as build_stock
from benchmarks.requests.seed import Plan, seed
from benchmarks.requests.work import SECRET, WORK, Work
from models.database import Database
from resolvers.auditing import verify
from server.app import build_app
from server.settings import Settings

PLAN = Plan(size=1, fresh=2)
COUNTED = {
    *(("audit_entry", "seq"), ("audit_chain", "head"), ("event", "seq")),
    *(("organization", "collaborations"), ("agent", "stated_presence")),
}
Kinds = Mapping[str, httpx.AsyncClient]


@pytest.fixture
async def kinds(database_url: str, database: Database) -> AsyncIterator[Kinds]:
    """Both over the same database."""
    await seed(database, PLAN)
    ours = build_app(Settings(database_url=database_url, jwt_secret=SECRET, rates=None))
    async with AsyncExitStack() as stack:
        yield {
            "ours": await _client(stack, ours),
            "floor": await _client(stack, build_floor(database_url, SECRET)),
        }


async def _client(stack: AsyncExitStack, app: Starlette) -> httpx.AsyncClient:
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60)
    return await stack.enter_async_context(client)


@pytest.fixture
async def others(kinds: Kinds, database_url: str) -> AsyncIterator[Kinds]:
    """The other servers that are written in Python too."""
    async with AsyncExitStack() as stack:
        yield {
            **kinds,
            "strawberry": await _client(stack, build_stock(database_url, SECRET)),
            "ariadne": await _client(stack, build_ariadne(database_url, SECRET)),
        }


@pytest.mark.parametrize("name", [name for name, work in WORK.items() if not work.changes])
async def test_queries_have_the_same_answers(others: Kinds, name: str) -> None:
    for number in range(2):
        answers = {
            kind: await asked(http, WORK[name], PLAN, number) for kind, http in others.items()
        }
        for kind, answer in answers.items():
            assert difference(answers["ours"], answer) is None, kind
        assert len(orjson.dumps(answers["ours"])) > 5_000, "there is something to compare"


@pytest.mark.parametrize("name", [name for name, work in WORK.items() if work.changes])
async def test_mutations_write_the_same_rows(kinds: Kinds, database: Database, name: str) -> None:
    await asked(kinds["ours"], WORK["M1" if name == "M2" else "M2"], PLAN, 0)  # begins the audit
    found = {}
    for number, (kind, http) in enumerate(kinds.items()):
        found[kind] = await _done(http, database, WORK[name], number)
    assert difference(found["ours"][0], found["floor"][0]) is None
    assert found["ours"][1] == found["floor"][1]
    assert [each.broken async for each in verify(database)] == [None], "the chain holds"


async def _done(
    http: httpx.AsyncClient, database: Database, work: Work, number: int
) -> tuple[Any, Counter[Any]]:
    before = await _rows(database)
    answer = await asked(http, work, PLAN, number)
    return answer, await _rows(database) - before


async def _rows(database: Database) -> Counter[Any]:
    """Return all rows of all tables, without what is made anew each time: ids, times, digests and places."""
    found: Counter[Any] = Counter()
    for table in SQLModel.metadata.sorted_tables:
        for row in await database.all(sa.select(table)):
            cells = zip(table.c.keys(), row, strict=True)
            found[table.name, tuple(_plain(table.name, *cell) for cell in cells)] += 1
    return found


def _plain(table: str, column: str, value: Any) -> Any:
    if (table, column) in COUNTED or column in {"fingerprint", "key", "head"}:
        return column
    if isinstance(value, UUID | datetime | bytes):
        return type(value).__name__
    if isinstance(value, str) and value.startswith("{"):
        return tuple(sorted(name for name, each in orjson.loads(value).items() if each))
    return value if not isinstance(value, str) or value.isupper() else column
