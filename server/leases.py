"""Who is connected to this process is connected: it holds their leases for them.

A lease outlives its connection until it ends by itself. So whoever comes back meanwhile, to this process or to
another, was never gone for their colleagues, and a restart shows to nobody.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog

from domain.agents import HEARTBEAT_SECONDS
from domain.ids import new_id
from models.database import Database
from models.unit_of_work import Wake, unit_of_work
from resolvers.leases import hold
from server.connections import Connections

GATHERING_SECONDS = 0.1  # many who arrive together are one transaction
AGAIN_SECONDS = 1.0
RENEWALS = 3  # of a lease before it would end

log = structlog.get_logger()


async def keep_leases(database: Database, wake: Wake, connections: Connections) -> None:
    """Renew all leases at each heartbeat or sooner, before any ends, and take one at once for who has just arrived."""
    holder, clock, due = f"process {new_id()}", asyncio.get_running_loop().time, float("-inf")
    while True:
        people = connections.welcome()
        if clock() >= due:
            people, due = connections.people(), clock() + HEARTBEAT_SECONDS
        if held := {id_ for person in people if (id_ := _id(person))}:
            try:
                async with unit_of_work(database, wake) as work:
                    seconds = await hold(work, holder, held)
                due = min(due, clock() + seconds / RENEWALS)
            except Exception as problem:
                log.warning("leases were not renewed; trying again", error=type(problem).__name__)
                due = clock() + AGAIN_SECONDS
        await _until_somebody_arrives(connections, due - clock())


async def _until_somebody_arrives(connections: Connections, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(0, seconds)):
            await connections.arrived.wait()
    except TimeoutError:
        return
    await asyncio.sleep(GATHERING_SECONDS)


def _id(person: str) -> UUID | None:
    """Return whose connection it is; who came without a token is counted by address."""
    try:
        return UUID(person)
    except ValueError:
        return None
