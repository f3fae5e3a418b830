"""What falls due by the clock is settled again and again until it is, but what fails is not tried all the time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from models.invitations import invitations
from models.unit_of_work import Wake
from resolvers.deadlines import settle_conversation
from server import timers
from server.timers import Resting, settle_overdue
from tests.service import Service
from tests.steps import invited, uuid_of
from tests.world import make_due

pytestmark = pytest.mark.one_database  # it is a matter of one process


def unheard(heads: Any) -> None:
    """Nobody is woken."""


WAKE: Wake = unheard


async def test_what_cannot_be_settled_rests_longer_each_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = uuid_of(await invited(service, "lin", "wang"), "Invitation")
    await make_due(service.database, invitation, expires_at=invitations)
    tried, resting = list[Any](), Resting()

    async def failing(*arguments: Any) -> list[float]:
        tried.append(arguments)
        raise AssertionError("nobody foresaw this")

    monkeypatch.setattr(timers, "settle_conversation", failing)
    assert await settle_overdue(service.database, WAKE, resting=resting) == 1
    assert await settle_overdue(service.database, WAKE, resting=resting) == 0
    assert len(tried) == len(resting) == 1
    (rest,) = resting.until.values()
    resting.add(service.world.conversation)
    assert resting.until[service.world.conversation][1] == 2 * rest[1]

    monkeypatch.setattr(timers, "settle_conversation", settle_conversation)
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
    assert await settle_overdue(service.database, WAKE, resting=resting) == 1
    assert len(resting) == 0
