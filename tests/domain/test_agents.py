"""Presence is derived from what an agent states and whether they are connected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.agents import HEARTBEAT_SECONDS, LEASE_SECONDS, AgentPresence, presence

NOW = datetime(2030, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("stated", AgentPresence)
@pytest.mark.parametrize(
    ("until", "connected"),
    [(None, False), (NOW - MOMENT, False), (NOW, False), (NOW + MOMENT, True)],
)
def test_colleagues_see_what_is_stated_while_a_lease_is_live(
    stated: AgentPresence, until: datetime | None, connected: bool
) -> None:
    assert presence(stated, until, NOW) is (stated if connected else AgentPresence.OFFLINE)


def test_a_lease_outlives_two_lost_heartbeats() -> None:
    assert (LEASE_SECONDS, HEARTBEAT_SECONDS) == (30, 10)
