"""ariadne as its documentation shows it: the schema in SDL, bindables, and aiodataloader for what is nested.

It runs the floor's statements, so that what differs is what GraphQL costs in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from ariadne import ObjectType, QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks.requests.floor import queries as floor
from benchmarks.requests.floor.databases import Database, Postgresql, Sql, Sqlite
from benchmarks.requests.floor.rights import (
    LEVELS,
    Actor,
    Refused,
    actor_of,
    asker,
    meant,
    shown,
    told,
)

SDL = Path(__file__).with_name("schema.graphql").read_text()
Json = dict[str, Any]


class Reads:
    """One request: who asks, and a loader for each nested field."""

    def __init__(self, database: Database, actor: Actor) -> None:
        self.database, self.actor = database, actor
        self.department = self._loader(self.departments)
        self.skills = self._loader(self.skills_of)
        self.load = self._loader(self.loads)
        self.eligibility = self._loader(self.eligibilities)
        self.agent = self._loader(self.agents)

    def _loader(self, batch: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]) -> Any:
        return DataLoader(batch_load_fn=batch)

    async def all(self, sql: Sql, *values: Any) -> Sequence[Any]:
        return await self.database.read(lambda connection: connection.all(sql, *values))

    async def departments(self, keys: list[Any]) -> list[Json]:
        ids = [self.database.id(key) for key in keys]
        rows = await self.all(floor.DEPARTMENTS, self.actor.organization_id, ids)
        found = {id_: {"id": self.shown("Department", id_), "name": name} for id_, name in rows}
        return [found[key] for key in keys]

    async def skills_of(self, ids: list[UUID]) -> list[list[Json]]:
        found: dict[UUID, list[Json]] = {id_: [] for id_ in ids}
        for agent_id, level, id_, name in await self.all(floor.SKILLS, ids):
            skill = {"id": self.shown("Skill", id_), "name": name}
            found[self.database.id(agent_id)].append({"level": level, "skill": skill})
        return [found[id_] for id_ in ids]

    async def loads(self, ids: list[UUID]) -> list[Json]:
        names = ("collaborations", "capacity", "primaryConversations")
        rows = await self.all(floor.LOADS, ids)
        found = {self.database.id(row[0]): dict(zip(names, row[1:], strict=True)) for row in rows}
        return [found[id_] for id_ in ids]

    async def eligibilities(self, keys: list[tuple[UUID, UUID]]) -> list[Json]:
        conversation_id, ids = keys[0][0], [key[1] for key in keys]
        found = await self.database.read(
            lambda connection: floor.eligibilities(
                self.database, connection, self.actor, conversation_id, ids
            )
        )
        return [found[id_] for id_ in ids]

    async def agents(self, ids: list[UUID]) -> list[Json]:
        names = ("key", "name", "presence")
        rows = await self.all(floor.NAMES, self.actor.organization_id, ids)
        found = {self.database.id(row[0]): dict(zip(names, row, strict=True)) for row in rows}
        return [{**found[id_], "key": id_} for id_ in ids]

    def shown(self, kind: str, id_: Any) -> str:
        return shown(kind, self.database.id(id_))

    def told(self, moment: Any) -> str | None:
        return None if moment is None else told(self.database.moment(moment))


query, agent, conversation = QueryType(), ObjectType("Agent"), ObjectType("Conversation")
participant, invitation = ObjectType("Participant"), ObjectType("Invitation")
note = ObjectType("InternalNote")


def reads_of(info: Any) -> Reads:
    found: Reads = info.context["reads"]
    return found


@query.field("onlineAgents")
async def online_agents(_: Any, info: Any, where: Json, availableFor: str, first: int) -> Json:  # noqa: N803  # arguments are named as in the schema
    reads = reads_of(info)
    actor = reads.actor
    if actor.external or not 0 <= first <= 100:
        raise Refused
    departments = [meant("Department", each) for each in where["departmentIds"]]
    skills = [meant("Skill", each) for each in where["skillIds"]]
    wanted = (actor.organization_id, departments, skills, len(set(skills)), first + 1)
    rows = await reads.all(floor.COLLEAGUES, *wanted)
    conversation_id = meant("Conversation", availableFor)
    names = ("department_key", "name", "title", "presence")
    nodes = [
        {
            "key": reads.database.id(row[0]),
            "conversation_id": conversation_id,
            **dict(zip(names, row[1:], strict=True)),
        }
        for row in rows[:first]
    ]
    end = floor.cursor(nodes[-1]["name"], nodes[-1]["key"]) if nodes else None
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(rows) > first, "endCursor": end}}


@agent.field("id")
def agent_id(parent: Json, info: Any) -> str:
    return shown("Agent", parent["key"])


@agent.field("department")
async def department(parent: Json, info: Any) -> Any:
    return await reads_of(info).department.load(parent["department_key"])


@agent.field("skills")
async def skills(parent: Json, info: Any) -> Any:
    return await reads_of(info).skills.load(parent["key"])


@agent.field("load")
async def load(parent: Json, info: Any) -> Any:
    return await reads_of(info).load.load(parent["key"])


@agent.field("eligibility")
async def eligibility(parent: Json, info: Any) -> Any:
    return await reads_of(info).eligibility.load((parent["conversation_id"], parent["key"]))


@query.field("conversation")
async def one_conversation(_: Any, info: Any, id: str) -> Json | None:
    reads, key = reads_of(info), meant("Conversation", id)
    here = await reads.database.read(
        lambda connection: floor.door(reads.database, connection, reads.actor, key)
    )
    if here is None:
        return None
    subject, status, _, version, _, level = here
    return {
        "id": id,
        "key": key,
        "inside": level is not None,
        "subject": subject if level is not None else None,
        "status": status,
        "version": version,
        "viewerLevel": LEVELS[level or 0],
    }


@conversation.field("participants")
async def participants(parent: Json, info: Any) -> Json:
    reads = reads_of(info)
    nodes = [
        {
            "id": reads.shown("Participant", id_),
            "role": role,
            "level": LEVELS[level],
            "joinedAt": reads.told(joined_at),
            "agent_id": reads.database.id(who),
        }
        for id_, who, role, level, joined_at in await reads.all(floor.PEOPLE, parent["key"])
    ]
    return {"nodes": nodes[:20]}


@conversation.field("invitations")
async def invitations(parent: Json, info: Any, statuses: list[str]) -> Json | None:
    reads = reads_of(info)
    if not parent["inside"]:
        return None
    nodes = [
        {
            "id": reads.shown("Invitation", id_),
            "status": status,
            "role": role,
            "expiresAt": reads.told(expires_at),
            "inviter_id": reads.database.id(inviter_id),
            "invitee_id": reads.database.id(invitee_id),
        }
        for id_, status, role, expires_at, inviter_id, invitee_id in await reads.all(
            floor.PENDING, parent["key"]
        )
    ]
    return {"nodes": nodes[:20]}


@conversation.field("notes")
async def notes(parent: Json, info: Any, last: int) -> Json | None:
    reads = reads_of(info)
    if not parent["inside"]:
        return None
    nodes = [
        {
            "id": reads.shown("InternalNote", id_),
            "kind": kind,
            "text": text,
            "version": version,
            "postedAt": reads.told(posted_at),
            "editedAt": reads.told(edited_at),
            "author_id": reads.database.id(author_id),
        }
        for id_, kind, text, version, posted_at, edited_at, author_id in await reads.all(
            floor.NOTES, parent["key"]
        )
    ]
    return {"nodes": nodes[:last][::-1]}


def somebody(name: str) -> Callable[[Json, Any], Awaitable[Any]]:
    async def resolve(parent: Json, info: Any) -> Any:
        return await reads_of(info).agent.load(parent[name])

    return resolve


participant.set_field("agent", somebody("agent_id"))
invitation.set_field("inviter", somebody("inviter_id"))
invitation.set_field("invitee", somebody("invitee_id"))
note.set_field("author", somebody("author_id"))
SCHEMA = make_executable_schema(SDL, query, agent, conversation, participant, invitation, note)


def build(url: str, secret: str) -> Starlette:
    database: Sqlite | Postgresql = Sqlite() if url.startswith("sqlite") else Postgresql()

    async def context(request: Request, data: Any = None) -> Json:
        agent_id = asker(secret, request.headers.get("authorization"))
        actor = await database.read(lambda connection: actor_of(database, connection, agent_id))
        return {"request": request, "reads": Reads(database, actor)}

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await database.open(url)
        yield
        await database.close()

    routes = [
        Route("/readyz", lambda request: PlainTextResponse("ready")),
        Route("/graphql", GraphQL(SCHEMA, context_value=context)),
    ]
    return Starlette(routes=routes, lifespan=life)
