"""Who can be reached, live: by leases of any number of connections and processes, without flapping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from models.agents import agents, leases
from models.unit_of_work import unit_of_work
from resolvers.leases import forget_leases, hold
from server.connections import Carrier, Connections
from server.leases import _id
from subscriptions.presence import Presences, Roster
from tests.service import Listener, Service, node_id
from tests.streams.kit import another, eventually
from tests.world import change

CHANGES = """
subscription ($where: PresenceFilter) {
  presenceChanges(where: $where) { complete occurredAt agents { name presence } }
}
"""
SET = "mutation ($input: SetPresenceInput!) { setPresence(input: $input) { errors { code } } }"


@pytest.fixture(autouse=True)
async def nobody_there(service: Service) -> None:
    """The world's agents are connected for years: here they are not."""
    await change(service.database, sa.delete(leases))


async def state(service: Service, key: str, presence: str) -> None:
    await service.agent(key).run(SET, input={"presence": presence})


async def told(listener: Listener) -> tuple[bool, dict[str, str]]:
    update = await listener.event(20)
    shown = {agent["name"]: agent["presence"] for agent in update["agents"]}
    return update["complete"], shown


async def until(listener: Listener, name: str, presence: str) -> None:
    """Take updates until the last one tells this; it must not be a complete one."""
    while True:
        complete, shown = await told(listener)
        assert not complete
        if shown.get(name) == presence:
            return


async def ending(listener: Listener) -> str:
    """Return the code of the error that ends it, whatever is told before."""
    while True:
        payload = (await listener.frame(20))["payload"]
        if errors := payload.get("errors"):
            code: str = errors[0]["extensions"]["code"]
            return code


async def shown(service: Service, key: str) -> str:
    document = "query ($id: ID!) { node(id: $id) { ... on Agent { presence } } }"
    id_ = node_id("Agent", service.world.agents[key])
    presence: str = (await service.agent("lin").run(document, id=id_))["node"]["presence"]
    return presence


async def lapse(service: Service, key: str) -> None:
    """Let all leases of an agent be over, as when their time has passed."""
    a = leases.c
    rows = await service.database.all(sa.select(sa.func.min(a.expires_at)))
    past = rows[0][0] - timedelta(minutes=5)
    own = a.agent_id == service.world.agents[key]
    await change(service.database, sa.update(leases).where(own).values(expires_at=past))


async def test_everybody_is_told_first_and_then_who_changed(service: Service) -> None:
    async with service.agent("lin").listen(CHANGES) as listener:
        complete, everybody = await told(listener)
        assert complete
        assert "Other" not in everybody  # of another organization
        assert everybody["Wang"] == "OFFLINE"
        if everybody["Lin"] == "OFFLINE":
            await until(listener, "Lin", "ONLINE")  # by the socket that listens
        async with service.agent("wang").listen(CHANGES) as his:
            await told(his)
            await until(listener, "Wang", "ONLINE")
            await state(service, "wang", "BUSY")
            await until(listener, "Wang", "BUSY")


async def test_departments_narrow_it(service: Service) -> None:
    department = node_id("Department", service.world.departments["customer-service"])
    where = {"departmentIds": [department]}
    async with service.agent("lin").listen(CHANGES, where=where) as listener:
        _, everybody = await told(listener)
        assert everybody
        assert "Lin" not in everybody
        assert "Wang" not in everybody


async def test_a_lost_connection_shows_only_when_its_lease_ends(service: Service) -> None:
    async with service.agent("lin").listen(CHANGES) as listener:
        await told(listener)
        async with service.agent("wang").listen(CHANGES) as his:
            await told(his)
            await until(listener, "Wang", "ONLINE")
        await eventually(lambda: str(service.world.agents["wang"]) not in _people(service))
        assert await shown(service, "wang") == "ONLINE"  # who comes back meanwhile was never gone
        await lapse(service, "wang")
        await until(listener, "Wang", "OFFLINE")


def _people(service: Service) -> set[str]:
    connections: Connections = service.app.state.connections
    return connections.people()


async def test_a_connection_to_another_process_counts_as_well(
    service: Service, database_url: str
) -> None:
    async with (
        another(service, database_url) as second,
        service.agent("lin").listen(CHANGES) as listener,
    ):
        await told(listener)
        async with second.agent("wang").listen(CHANGES) as his:
            await told(his)
            await until(listener, "Wang", "ONLINE")
        await state(second, "wang", "AWAY")
        await until(listener, "Wang", "AWAY")


async def test_each_connection_has_its_lease_and_the_last_one_counts(service: Service) -> None:
    beat = "mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { errors { code } } }"
    for tab in ("one", "two"):
        await service.agent("chen").run(beat, input={"connectionId": tab})
    own = leases.c.agent_id == service.world.agents["chen"]
    await change(service.database, sa.delete(leases).where(own, leases.c.connection_id == "one"))
    assert await shown(service, "chen") == "ONLINE"
    await lapse(service, "chen")
    assert await shown(service, "chen") == "OFFLINE"


async def test_a_wake_up_that_may_be_lost_brings_everybody_again(service: Service) -> None:
    async with service.agent("lin").listen(CHANGES) as listener:
        assert (await told(listener))[0]
        service.app.state.hub.wake_all()
        await state(service, "wang", "BUSY")
        while not (await told(listener))[0]:
            pass


async def test_who_is_no_longer_employed_is_cut_off(service: Service) -> None:
    async with service.agent("wang").listen(CHANGES) as listener:
        await told(listener)
        row = agents.c.id == service.world.agents["wang"]
        await change(service.database, sa.update(agents).where(row).values(active=False))
        assert await ending(listener) == "FORBIDDEN"


async def test_outside_experts_may_not_watch(service: Service) -> None:
    async with service.agent("ext").listen(CHANGES) as listener:
        assert await listener.error() == "FORBIDDEN"


async def test_nothing_is_read_when_nobody_watches(service: Service) -> None:
    presences: Presences = service.app.state.runner.followings.shapes.services.presences
    async with service.agent("lin").listen(CHANGES) as listener:
        await told(listener)
        assert presences.task is not None
    await eventually(lambda: presences.task is None and not presences.watched)
    assert not presences.rosters


async def test_a_process_holds_one_lease_for_each_agent_and_forgets_old_ones(
    service: Service,
) -> None:
    lin, customer = service.world.agents["lin"], service.world.customers["customer"]
    woken: list[Any] = []
    for _ in range(2):
        async with unit_of_work(service.database, woken.append) as work:
            await hold(work, "process", {lin, customer})
    rows = await service.database.all(
        sa.select(leases.c.agent_id).where(leases.c.connection_id == "process")
    )
    assert [row.agent_id for row in rows] == [lin]
    assert [len(heads) for heads in woken] == [1, 0]  # the first brought somebody back
    long_ago = sa.update(leases).values(expires_at=datetime(2001, 1, 1, tzinfo=UTC))
    await change(service.database, long_ago)
    async with unit_of_work(service.database, woken.append) as work:
        await forget_leases(work)
    assert not await service.database.all(sa.select(leases.c.agent_id))


async def test_renewing_leases_takes_as_many_statements_for_many_as_for_few(
    service: Service,
) -> None:
    everybody = set(service.world.agents.values())
    counts = []
    for people in ({service.world.agents["lin"]}, everybody, everybody):
        with service.statements() as run:
            async with unit_of_work(service.database, lambda heads: None) as work:
                await hold(work, "process", people)
        counts.append(len([text for text in run if "lease" in text]))
    assert len(everybody) > 2
    assert counts[2] <= counts[0] + 1  # what was inserted is renewed


async def test_only_newcomers_are_given_a_lease_at_once() -> None:
    connections = Connections()
    with connections.held_by("one", Carrier.SOCKET), connections.held_by("one", Carrier.STREAM):
        assert connections.welcome() == {"one"}
        with connections.held_by("two", Carrier.SOCKET):
            assert connections.welcome() == {"two"}
            assert connections.people() == {"one", "two"}
        assert not connections.arrived.is_set()


class Row:
    def __init__(self, id_: Any, presence: AgentPresence) -> None:
        self.id, self.department_id, self.presence = id_, None, presence


async def test_of_several_changes_only_the_last_is_told(service: Service) -> None:
    id_, other = service.world.agents["lin"], service.world.agents["wang"]
    roster = Roster()
    assert roster.take([Row(id_, AgentPresence.ONLINE), Row(other, AgentPresence.ONLINE)])
    seen = roster.reading
    assert not roster.take([Row(id_, AgentPresence.ONLINE), Row(other, AgentPresence.ONLINE)])
    for presence in (AgentPresence.BUSY, AgentPresence.AWAY):
        assert roster.take([Row(id_, presence), Row(other, AgentPresence.ONLINE)])
    assert roster.changed_since(seen, None) == [id_]
    assert roster.agents[id_].presence is AgentPresence.AWAY


async def test_who_came_without_a_token_holds_no_lease() -> None:
    assert _id("127.0.0.1") is None
