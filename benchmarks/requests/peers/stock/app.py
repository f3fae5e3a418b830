"""The root fields, and the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
import strawberry
from sqlalchemy.orm import selectinload
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from benchmarks.requests.floor.queries import cursor
from benchmarks.requests.floor.rights import asker, meant
from benchmarks.requests.peers.stock import entities
from benchmarks.requests.peers.stock.batches import Batches, seen
from benchmarks.requests.peers.stock.entities import (
    AGENT,
    AGENT_SKILL,
    DEPARTMENT,
)
from benchmarks.requests.peers.stock.types import (
    AgentConnection,
    AgentFilter,
    Conversation,
    Info,
    PageInfo,
)
from models.agents import Lease
from models.database import Database


@strawberry.type
class Query:
    @strawberry.field
    async def online_agents(
        self, info: Info, where: AgentFilter, available_for: strawberry.ID, first: int = 20
    ) -> AgentConnection:
        info.context["conversation_id"] = meant("Conversation", available_for)
        departments = [meant("Department", each) for each in where.department_ids or ()]
        skills = {meant("Skill", each) for each in where.skill_ids or ()}
        skilled = (
            select(AGENT_SKILL.agent_id)
            .where(AGENT_SKILL.skill_id.in_(skills))
            .group_by(AGENT_SKILL.agent_id)
            .having(sa.func.count() == len(skills))
        )
        connected = select(Lease.agent_id).where(Lease.expires_at > entities.now())
        found = (
            select(AGENT)
            .where(AGENT.organization_id == info.context["actor"].organization_id, AGENT.active)
            .where(
                AGENT.department_id.in_(departments), AGENT.id.in_(skilled), AGENT.id.in_(connected)
            )
            .order_by(AGENT.name, AGENT.id)
            .limit(first + 1)
            .options(
                selectinload(AGENT.department).selectinload(DEPARTMENT.supervisors),
                selectinload(AGENT.skills).selectinload(AGENT_SKILL.skill),
                selectinload(AGENT.leases),
            )
        )
        async with info.context["session"]() as session:
            rows = (await session.exec(found)).all()
        nodes = rows[:first]
        end = cursor(nodes[-1].name, nodes[-1].id) if nodes else None
        return AgentConnection(
            nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=end)
        )

    @strawberry.field
    async def conversation(self, info: Info, id: strawberry.ID) -> Conversation | None:
        async with info.context["session"]() as session:
            found: Any = await seen(session, info.context["actor"], meant("Conversation", id))
        return found  # type: ignore[no-any-return]  # the entity stands for its type


def build(url: str, secret: str) -> Starlette:
    database = Database(url)

    def session() -> AsyncSession:
        return AsyncSession(database.reading, expire_on_commit=False)

    class View(GraphQL[Any, Any]):
        async def get_context(self, request: Any, response: Any) -> Any:
            agent_id = asker(secret, request.headers.get("authorization"))
            who = select(AGENT).where(AGENT.id == agent_id, AGENT.active)
            relations = selectinload(AGENT.department), selectinload(AGENT.supervised)
            async with session() as opened:
                actor = (await opened.exec(who.options(*relations))).one()
            context = {"request": request, "session": session, "actor": actor}
            batches = Batches(context)
            context["loads"] = DataLoader(load_fn=batches.loads)
            context["eligibilities"] = DataLoader(
                load_fn=batches.eligibilities, cache_key_fn=lambda agent: agent.id
            )
            return context

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        await database.dispose()

    view = View(strawberry.Schema(Query))
    routes = [
        Route("/graphql", view),
        Route("/readyz", lambda request: PlainTextResponse("ready")),
    ]
    return Starlette(routes=routes, lifespan=life)
