"""A database server that ends its connections ends no stream: nothing of it is lost, and nothing is told twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosedError

from models.database import Database
from tests.documents import POST_NOTE
from tests.service import Listener, Service
from tests.steps import conversation_id
from tests.streams.kit import take
from tests.streams.test_sharing import NOTES

OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """SQLite has no connection that somebody else could end."""
    return postgresql_url


@pytest.fixture
async def ending(postgresql_url: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """End every connection but this one, as a server does that is told to stop."""
    own = Database(postgresql_url)

    async def end() -> None:
        await own.fetch(OTHERS, [])

    yield end
    await own.dispose()


async def posted(service: Service, text: str) -> None:
    """Post a note; send it again, as one is asked to, while the service cannot reach its data."""
    input_ = {"conversationId": conversation_id(service), "text": text, "idempotencyKey": text}
    while True:
        answer = await service.agent("lin").ask(POST_NOTE, input=input_)
        if not (errors := answer.get("errors")):
            return
        assert [each["extensions"]["code"] for each in errors] == ["SERVICE_UNAVAILABLE"], errors


async def texts(listener: Listener, count: int) -> list[str]:
    return [told["note"]["text"] for told in await take(listener, count)]


async def test_followers_hear_everything_while_connections_end(
    service: Service, ending: Callable[[], Awaitable[None]]
) -> None:
    lin, id_ = service.agent("lin"), conversation_id(service)
    async with lin.listen(NOTES, id=id_) as listener:
        await listener.event()
        for number in range(4):
            await ending()
            await posted(service, f"note {number}")
        assert await texts(listener, 4) == [f"note {number}" for number in range(4)]


async def test_who_begins_on_connections_that_have_ended_is_served_or_told_to_come_back(
    service: Service, ending: Callable[[], Awaitable[None]]
) -> None:
    lin, id_ = service.agent("lin"), conversation_id(service)
    for _ in range(3):
        await ending()
        async with lin.listen(NOTES, id=id_) as listener:
            with suppress(ConnectionClosedError):
                await listener.event()
            assert listener.socket.close_code in {None, 1013}
