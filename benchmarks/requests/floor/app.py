"""The floor as an application: one route, which knows the four documents and nothing else of GraphQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.requests.floor.accepting import accept_invitation
from benchmarks.requests.floor.databases import Connection, Database, Postgresql, Sqlite
from benchmarks.requests.floor.inviting import invite_agents
from benchmarks.requests.floor.queries import conversation, online_agents
from benchmarks.requests.floor.rights import Actor, Refused, actor_of, asker
from benchmarks.requests.work import ACCEPT, CONVERSATION, INVITE, ONLINE_AGENTS
from server.tokens import BadToken

Json = dict[str, Any]
Query = Callable[[Database, Connection, Actor, Json], Awaitable[Json]]
Mutation = Callable[[Database, Actor, Json], Awaitable[Json]]

QUERIES: dict[str, Query] = {ONLINE_AGENTS: online_agents, CONVERSATION: conversation}
MUTATIONS: dict[str, Mutation] = {INVITE: invite_agents, ACCEPT: accept_invitation}


def build_floor(url: str, secret: str) -> Starlette:
    database: Sqlite | Postgresql = Sqlite() if url.startswith("sqlite") else Postgresql()

    async def answered(request: Request) -> Json:
        agent_id = asker(secret, request.headers.get("authorization"))
        body = orjson.loads(await request.body())
        document, given = body["query"], body["variables"]

        if document in QUERIES:

            async def steps(connection: Connection) -> Json:
                actor = await actor_of(database, connection, agent_id)
                return await QUERIES[document](database, connection, actor, given)

            return await database.read(steps)
        actor = await database.read(lambda connection: actor_of(database, connection, agent_id))
        return await MUTATIONS[document](database, actor, given["input"])

    async def endpoint(request: Request) -> Response:
        try:
            data = await answered(request)
        except (Refused, BadToken, KeyError, ValueError):
            return PlainTextResponse("refused", 403)
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await database.open(url)
        yield
        await database.close()

    routes = [
        Route("/graphql", endpoint, methods=["POST"]),
        Route("/readyz", lambda request: PlainTextResponse("ready")),
    ]
    return Starlette(routes=routes, lifespan=life)
