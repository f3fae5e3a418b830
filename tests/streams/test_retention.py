"""What is old and far behind the head is forgotten, in batches; nobody is told a part of what is gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.cursors import digest_of
from models.log import events, streams
from models.organizations import policies
from resolvers import retention
from resolvers.retention import prune
from tests.service import Service
from tests.steps import note
from tests.streams.kit import INTERNAL_NOTES, take
from tests.world import change, set_policy

DAYS = 30


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "KEPT_EVENTS", 3)
    monkeypatch.setattr(retention, "BATCH", 2)


async def notes(service: Service, count: int, *, old: int) -> list[str]:
    """Write notes, the first of them longer ago than events are kept; return their cursors, the start first."""
    async with INTERNAL_NOTES.listen(service) as listener:
        begin = await listener.event()
        for number in range(count):
            await note(service, "lin", f"note {number}")
        told = await take(listener, count)
    e = events.c
    rows = await service.database.all(sa.select(e.occurred_at).order_by(e.seq.desc()).limit(1))
    past = rows[0].occurred_at - timedelta(days=DAYS, minutes=1)
    of_old = (e.stream_id == INTERNAL_NOTES.stream(service).id) & (e.seq <= old)
    await change(service.database, sa.update(events).where(of_old).values(occurred_at=past))
    return [event["cursor"] for event in [begin, *told]]


async def kept(service: Service) -> tuple[int, list[int]]:
    """Return up to where the notes are pruned, and the sequences that are left."""
    id_, e = INTERNAL_NOTES.stream(service).id, events.c
    left = await service.database.all(sa.select(e.seq).where(e.stream_id == id_).order_by(e.seq))
    stands = await service.database.all(sa.select(streams.c.pruned).where(streams.c.id == id_))
    return stands[0].pruned, [row.seq for row in left]


async def test_only_what_is_both_old_and_far_behind_is_forgotten(service: Service) -> None:
    """The old within the last few stay, and so do the young far behind."""
    await notes(service, 9, old=8)
    assert await prune(service.database, DAYS) == 6
    assert await kept(service) == (6, [7, 8, 9])
    assert await prune(service.database, DAYS) == 0


async def test_what_is_young_is_kept_however_far_behind(service: Service) -> None:
    await notes(service, 9, old=2)
    assert await prune(service.database, DAYS) == 2
    assert await kept(service) == (2, [3, 4, 5, 6, 7, 8, 9])


async def test_the_edge_resumes_and_what_lies_before_it_has_expired(service: Service) -> None:
    cursors = await notes(service, 9, old=9)
    await prune(service.database, DAYS)
    async with INTERNAL_NOTES.listen(service, cursors[6]) as listener:
        assert [event["cursor"] for event in await take(listener, 3)] == cursors[7:]
    async with INTERNAL_NOTES.listen(service, cursors[5]) as listener:
        (error,) = (await listener.frame(20))["payload"]["errors"]
        assert error["extensions"] == {"code": "CURSOR_EXPIRED", "oldestCursor": cursors[6]}


async def test_many_processes_may_forget_at_once(service: Service) -> None:
    await notes(service, 9, old=9)
    forgotten = await asyncio.gather(*[prune(service.database, DAYS) for _ in range(4)])
    assert sum(forgotten) == 6
    pruned, left = await kept(service)
    assert (pruned, left) == (6, [7, 8, 9])


async def test_the_digest_is_that_of_the_last_one_gone(service: Service) -> None:
    await notes(service, 6, old=6)
    id_, e, s = INTERNAL_NOTES.stream(service).id, events.c, streams.c
    gone = sa.select(e.event_id).where(e.stream_id == id_, e.seq == 3)
    event_id = (await service.database.all(gone))[0].event_id
    await prune(service.database, DAYS)
    stands = await service.database.all(sa.select(s.pruned_digest).where(s.id == id_))
    assert stands[0].pruned_digest == digest_of(event_id)


async def test_an_organization_keeps_its_events_as_long_as_its_policy_says(
    service: Service,
) -> None:
    await notes(service, 9, old=8)
    await set_policy(service.database, service.world, event_retention_days=DAYS + 1)
    assert await prune(service.database) == 0
    await change(service.database, sa.update(policies).values(event_retention_days=DAYS))
    assert await prune(service.database) == 6
