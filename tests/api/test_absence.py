"""While the database is away a request is turned down with a code that says: again, soon."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from models.database import Database
from tests.documents import POST_NOTE
from tests.service import Service, codes
from tests.steps import conversation_id

WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """SQLite has no connection that somebody else could end."""
    return postgresql_url


async def end_what_waits(database: Database) -> None:
    """End the connection that waits for a lock, as a server does that is restarted at once."""
    while not (waiting := await database.fetch(WAITING, [])):  # noqa: ASYNC110  # it does not tell
        await asyncio.sleep(0.01)
    for (number,) in waiting:
        await database.fetch("SELECT pg_terminate_backend($1)", [number])


async def test_a_mutation_that_its_database_cut_off_is_sent_again_and_done_once(
    service: Service, database: Database
) -> None:
    lin = service.agent("lin")
    input_ = {"conversationId": conversation_id(service), "text": "once", "idempotencyKey": "a key"}
    async with database.writing() as other:
        await other.execute(sa.text("SELECT id FROM conversation FOR UPDATE"))
        asked = asyncio.create_task(lin.ask(POST_NOTE, input=input_))
        await end_what_waits(database)
        (error,) = (await asked)["errors"]
    assert error["extensions"] == {"code": "SERVICE_UNAVAILABLE"}
    assert "idempotencyKey" in error["message"]
    first = await lin.run(POST_NOTE, input=input_)
    assert codes(first["postNote"]) == []
    assert await lin.run(POST_NOTE, input=input_) == first


async def test_a_query_finds_nobody_there(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(service.app.state.database.readers, "fetch", away)
    answer = await service.agent("lin").ask("{ viewer { rights } }")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SERVICE_UNAVAILABLE"}
