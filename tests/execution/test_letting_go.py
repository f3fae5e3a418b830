"""What an operation held is let go of when it is answered: nothing waits for the collector, which holds everybody up."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from schema.context import Context
from tests.service import Service
from tests.steps import conversation_id, join, note
from tests.streams.test_sharing import NOTES, following

pytestmark = pytest.mark.one_database  # it is no matter of what is read

ASKED = """
query ($id: ID!) {
  conversation(id: $id) { id participants { nodes { agent { name } } } notes(last: 3) { nodes { text author { name } } } }
}
"""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """graphql-core by itself leaves something behind."""
    monkeypatch.setenv("HUDDLE_COMPILED", "on")


def held() -> int:
    return sum(type(each) is Context for each in gc.get_objects())


@contextmanager
def nothing_held() -> Iterator[None]:
    """Fail if what is done meanwhile leaves contexts behind, with all that was read in them."""
    gc.collect()
    gc.disable()
    before = held()
    try:
        yield
        assert held() == before
    finally:
        gc.enable()


async def test_a_query_a_mutation_and_an_event_leave_nothing_behind(
    compiled: None, service: Service
) -> None:
    await join(service, "wang")
    lin = service.agent("lin")
    async with following(service, NOTES, "wang", "lin") as listeners:

        async def everything() -> None:
            await lin.run(ASKED, id=conversation_id(service))
            await note(service, "lin", "heard by both")
            for listener in listeners:
                await listener.event()

        for _ in range(3):
            await everything()  # what is compiled now stays
        with nothing_held():
            for _ in range(3):
                await everything()
