"""Who asks the same of presence shares one execution of each change; the right of each is their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from domain.actors import Actor
from models.agents import agents
from schema.sharing import Shape
from server.graphql.pushing import Subscriber
from subscriptions.presence import Change
from subscriptions.watching import Watches
from tests.service import Listener, Service, node_id
from tests.streams.kit import eventually
from tests.streams.test_presence import CHANGES, ending, state, told, until
from tests.world import change

pytestmark = pytest.mark.one_database  # what differs by database is tried elsewhere


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Count the executions for each reading."""
    counted, answer = Counter[int](), Shape.answer

    async def counting(self: Shape, root: Any, actor: Actor) -> bytes:
        counted[root.reading] += isinstance(root, Change)
        return await answer(self, root, actor)

    monkeypatch.setattr(Shape, "answer", counting)
    return counted


def watches(service: Service) -> Watches:
    found: Watches = service.app.state.runner.followings.watches
    return found


@asynccontextmanager
async def watching(service: Service, *keys: str, **variables: Any) -> AsyncIterator[list[Listener]]:
    async with AsyncExitStack() as stack:
        listeners = []
        for key in keys:
            listening = service.agent(key).listen(CHANGES, **variables)
            listeners.append(await stack.enter_async_context(listening))
            assert (await told(listeners[-1]))[0]
        yield listeners


async def test_a_change_is_executed_once_for_all_who_ask_the_same(
    service: Service, executed: Counter[int]
) -> None:
    async with watching(service, "lin", "lin", "chen") as listeners:
        assert len(watches(service).open) == 1
        executed.clear()
        await state(service, "wang", "BUSY")
        for listener in listeners:
            await until(listener, "Wang", "BUSY")
    assert set(executed.values()) == {1}
    await eventually(lambda: not watches(service).open)


async def test_other_questions_and_other_organizations_have_other_answers(
    service: Service,
) -> None:
    where = {"departmentIds": [node_id("Department", service.world.departments["technology"])]}
    async with (
        watching(service, "lin") as (everybody,),
        watching(service, "lin", where=where) as (narrowed,),
        watching(service, "other") as (elsewhere,),
    ):
        assert len(watches(service).open) == 3
        await state(service, "lin", "BUSY")
        await state(service, "wang", "BUSY")
        await state(service, "other", "BUSY")
        await until(everybody, "Wang", "BUSY")
        await until(narrowed, "Wang", "BUSY")
        seen = await until_all(elsewhere, "Other")
        assert seen == {"Other"}


async def until_all(listener: Listener, name: str) -> set[str]:
    """Return everybody who is told of until somebody is busy."""
    seen: dict[str, str] = {}
    while seen.get(name) != "BUSY":
        complete, shown = await told(listener)
        assert not complete
        seen |= shown
    return set(seen)


async def test_who_may_not_watch_any_more_is_cut_off_alone(service: Service) -> None:
    async with watching(service, "wang", "lin") as (his, hers):
        row = agents.c.id == service.world.agents["wang"]
        await change(service.database, sa.update(agents).where(row).values(active=False))
        assert await ending(his) == "FORBIDDEN"
        await state(service, "chen", "BUSY")
        await until(hers, "Chen", "BUSY")


async def test_who_is_slow_is_told_later_what_has_come_of_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(service, "lin", "chen") as listeners:
        with monkeypatch.context() as patch:
            patch.setattr(Subscriber, "push", lambda self, payload: False)
            await state(service, "wang", "BUSY")
            for listener in listeners:
                await until(listener, "Wang", "BUSY")
        await state(service, "wang", "AWAY")
        for listener in listeners:
            await until(listener, "Wang", "AWAY")
