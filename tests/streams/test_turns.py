"""Long work leaves room for everybody else, however much of it there is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from subscriptions import turns
from subscriptions.turns import SOME, Turns


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every turn be over at once."""
    monkeypatch.setattr(turns, "TURN_SECONDS", -1.0)


async def work(shared: Turns, items: Sequence[str], seen: list[str]) -> None:
    async with aclosing(shared.of(items)) as parts:
        async for some in parts:
            seen += some[:1]


async def test_others_have_a_turn_in_between() -> None:
    seen: list[str] = []
    working = asyncio.create_task(work(Turns(), ["work"] * SOME * 3, seen))
    while not working.done():
        await asyncio.sleep(0)
        seen.append("other")
    assert seen.count("work") == 3
    assert "work work" not in " ".join(seen)


async def test_one_works_at_a_time_and_all_get_on() -> None:
    seen, shared = list[str](), Turns()
    rivals = [asyncio.create_task(work(shared, [name] * SOME * 3, seen)) for name in "ab"]
    between = 0
    while not all(rival.done() for rival in rivals):
        await asyncio.sleep(0)
        between += 1
    assert "".join(seen) == "ababab"
    assert between >= len(seen) - len(rivals)  # the last turn of each is the end of it


async def test_every_item_comes_once_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    items = list(range(SOME * 2 + 1))
    for seconds in (-1.0, 60.0):
        monkeypatch.setattr(turns, "TURN_SECONDS", seconds)
        assert [each async for some in Turns().of(items) for each in some] == items


async def test_who_is_cancelled_leaves_the_turn_to_others() -> None:
    shared, seen = Turns(), list[str]()
    first, second = (asyncio.create_task(work(shared, [name] * SOME * 3, seen)) for name in "ab")
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert seen.count("b") == 3
