"""The demo's people in a database of their own, all in one department and online: only knowledge tells them apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from domain.actors import Actor, ActorKind, Asker
from domain.agents import AgentPresence
from models.agents import agents, leases
from models.database import Database
from models.unit_of_work import unit_of_work
from resolvers.actors import Claims, actor_of
from resolvers.conversations import Opening, open_conversation
from resolvers.reads.conversations import ConversationView, conversations_by_id
from resolvers.recommendations import RecommendationsView, recommend
from server.demo.loading import load
from server.demo.tables import fixed_id
from server.migrating import migrate

ASKER = "fan"  # a beginner who knows little


@dataclass(frozen=True)
class Stage:
    database: Database
    actor: Actor
    here: ConversationView

    async def recommended(self, text: str, first: int = 3) -> RecommendationsView:
        return await recommend(self.database, self.actor, self.here, text, first)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'evaluation.db'}")
        try:
            await migrate(database)
            await load(database)
            await _gather(database)
            yield await _open(database)
        finally:
            await database.dispose()


async def _gather(database: Database) -> None:
    """Bring everybody together: one department, online."""
    a = agents.c
    together = sa.update(agents).values(
        department_id=fixed_id("department", "skysail/customer-service"),
        stated_presence=AgentPresence.ONLINE,
        collaborations=0,
    )
    ours = a.organization_id == fixed_id("organization", "skysail")
    offline = sa.select(a.id).where(ours, a.id.not_in(sa.select(leases.c.agent_id)))
    async with database.writing() as connection:
        await connection.execute(together.where(ours))
        until = datetime.now(UTC) + timedelta(days=1)
        for row in (await connection.execute(offline)).all():
            lease = {"agent_id": row.id, "connection_id": "evaluation", "expires_at": until}
            await connection.execute(sa.insert(leases).values(lease))


async def _open(database: Database) -> Stage:
    claims = Claims(ActorKind.AGENT, fixed_id("agent", ASKER), datetime.now(UTC))
    actor = await actor_of(database, claims)
    assert actor, "the demo has this person"
    opening = Opening("A question", fixed_id("customer", "customer-garage"), [])
    async with unit_of_work(database, lambda heads: None) as work:
        opened = await open_conversation(work, Asker(actor), opening)
    assert opened.conversation_id
    (here,) = (await conversations_by_id(database, actor, [opened.conversation_id])).values()
    return Stage(database, actor, here)
