"""Loads the demo in one transaction: all of it, or nothing."""

from __future__ import annotations

import sqlalchemy as sa

from domain.streams import inbox
from models.agents import Agent
from models.database import Database, first
from models.log import deadlines
from models.organizations import organizations
from models.unit_of_work import UnitOfWork, Wake, unit_of_work
from resolvers.waiting import SECONDS
from server.demo.firms import INTEGRATIONS
from server.demo.playing import Cast, play
from server.demo.rows import organization_rows, rows, rules
from server.demo.tables import cells
from server.demo.talk import STORIES


async def load(database: Database, wake: Wake = lambda heads: None) -> bool:
    """Fill the database with demo data, or return False when some is there already."""
    if await first(database, sa.select(organizations.c.id).where(organizations.c.demo)):
        return False
    async with unit_of_work(database, wake) as work:
        if not await _claim(work):
            return False
        await _settle_in(work)
        await _talk(work)
    return True


async def _claim(work: UnitOfWork) -> bool:
    """Insert the organizations first: of several processes that load at once one goes on."""
    return all(
        [await work.insert_unless_there(organizations, values) for values in organization_rows()]
    )


async def _settle_in(work: UnitOfWork) -> None:
    for batch in rows(await work.now()):
        await work.add_all(batch)
        agents = [row for row in batch if isinstance(row, Agent)]
        await work.open_streams(*(inbox(agent.id) for agent in agents))


async def _talk(work: UnitOfWork) -> None:
    cast = Cast(work, await work.now())
    for firm, integration, _ in cells(INTEGRATIONS):
        for story in STORIES[firm]:
            await play(cast, integration, story)
    await work.add_all(rules())
    await _let_wait(work)


async def _let_wait(work: UnitOfWork) -> None:
    """Whom the demo's customers wait for is nobody's fault: their clocks begin with what visitors let them say."""
    waiting = deadlines.c.kind.in_([*SECONDS])
    await work.change(sa.delete(deadlines).where(waiting))
