"""Stock strawberry over SQLModel entities as both document it: entities with relations, loaded eagerly, behind types
whose fields are their attributes, and a DataLoader where something must be worked out for many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import strawberry
from sqlalchemy.orm import selectinload
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from benchmarks.requests.floor.queries import cursor
from benchmarks.requests.floor.rights import Actor, Refused, asker, meant, shown, told
from benchmarks.requests.floor.rules import Circumstances, Policy, reasons
from benchmarks.requests.peers import entities
from domain.conversations import ConversationStatus
from domain.invitations import OPEN, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from models.agents import Agent as AgentRow
from models.agents import AgentSkill as AgentSkillRow
from models.agents import Lease
from models.conversations import Collaboration
from models.conversations import Conversation as ConversationRow
from models.conversations import Participant as ParticipantRow
from models.database import Database
from models.invitations import Invitation as InvitationRow
from models.messages import InternalNote as NoteRow
from models.organizations import Department as DepartmentRow
from models.organizations import Organization, PolicyRow

A: Any = AgentRow  # with the relations that `entities` adds
C: Any = ConversationRow
D: Any = DepartmentRow
S: Any = AgentSkillRow
N: Any = NoteRow
P: Any = ParticipantRow
OFFER: Any = InvitationRow
MANAGE = PermissionLevel.MANAGE
CLASSES = ("STANDARD", "VIP", "URGENT", "COMPLAINT")
Info = strawberry.Info[Any, Any]


def of(kind: str) -> Any:
    return strawberry.field(resolver=lambda root: shown(kind, root.id), graphql_type=strawberry.ID)


def named(attribute: str) -> Any:
    """A field that shows an enum's member."""
    return strawberry.field(resolver=lambda root: getattr(root, attribute).name, graphql_type=str)


def moment(attribute: str, kind: Any = str) -> Any:
    return strawberry.field(resolver=lambda root: told(getattr(root, attribute)), graphql_type=kind)


@strawberry.type
class Department:
    id: strawberry.ID = of("Department")
    name: str


@strawberry.type
class Skill:
    id: strawberry.ID = of("Skill")
    name: str


@strawberry.type
class AgentSkill:
    level: int
    skill: Skill


@strawberry.type
class AgentLoad:
    collaborations: int
    capacity: int
    primary_conversations: int


@strawberry.type
class Reason:
    code: str
    message: str


@strawberry.type
class Eligibility:
    can_invite: bool
    kind: str | None
    approval_needed: bool
    reasons: list[Reason]


@strawberry.type
class Agent:
    id: strawberry.ID = of("Agent")
    name: str
    title: str | None
    department: Department

    @strawberry.field
    def presence(self) -> str:
        return entities.presence_of(self).name

    @strawberry.field
    def skills(self) -> list[AgentSkill]:
        own: Any = self
        return sorted(own.skills, key=lambda each: (-each.level, each.skill.slug))

    @strawberry.field
    async def load(self, info: Info) -> AgentLoad:
        found: AgentLoad = await info.context["loads"].load(self.id)
        return found

    @strawberry.field
    async def eligibility(self, info: Info) -> Eligibility | None:
        found: Eligibility = await info.context["eligibilities"].load(self)
        return found


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class AgentConnection:
    nodes: list[Agent]
    page_info: PageInfo


@strawberry.type
class Participant:
    id: strawberry.ID = of("Participant")
    role: str = named("role")
    level: str = named("level")
    joined_at: str = moment("joined_at")
    agent: Agent


@strawberry.type
class Invitation:
    id: strawberry.ID = of("Invitation")
    status: str = named("status")
    role: str = named("role")
    expires_at: str = moment("expires_at")
    inviter: Agent
    invitee: Agent


@strawberry.type
class InternalNote:
    id: strawberry.ID = of("InternalNote")
    kind: str = named("kind")
    text: str
    version: int
    posted_at: str = moment("posted_at")
    edited_at: str | None = moment("edited_at", str | None)
    author: Agent


@strawberry.type
class ParticipantConnection:
    nodes: list[Participant]


@strawberry.type
class InvitationConnection:
    nodes: list[Invitation]


@strawberry.type
class NoteConnection:
    nodes: list[InternalNote]


strawberry.enum(InvitationStatus)


@strawberry.type
class Conversation:
    id: strawberry.ID = of("Conversation")
    subject: str | None
    status: str = named("status")
    version: int

    @strawberry.field
    def viewer_level(self, info: Info) -> str | None:
        return own_level(self, info.context["actor"]).name

    @strawberry.field
    def participants(self) -> ParticipantConnection:
        own: Any = self
        present = [each for each in own.participants if entities.is_present(each)]
        nodes = sorted(present, key=lambda each: (each.joined_at, each.id))
        return ParticipantConnection(nodes=nodes[:20])

    @strawberry.field
    def invitations(self, statuses: list[InvitationStatus]) -> InvitationConnection:
        own: Any = self
        chosen = [each for each in own.invitations if each.status in statuses]
        nodes = sorted(chosen, key=lambda each: (each.sent_at, each.id), reverse=True)
        return InvitationConnection(nodes=nodes[:20])

    @strawberry.field
    async def notes(self, info: Info, last: int) -> NoteConnection:
        newest = (
            select(N)
            .where(N.conversation_id == self.id)
            .order_by(N.posted_at.desc(), N.id.desc())
            .limit(last)
            .options(selectinload(N.author))
        )
        async with info.context["session"]() as session:
            found = (await session.exec(newest)).all()
        return NoteConnection(nodes=found[::-1])


@strawberry.input
class AgentFilter:
    department_ids: list[strawberry.ID] | None = None
    skill_ids: list[strawberry.ID] | None = None


def own_level(conversation: Any, actor: Any) -> PermissionLevel:
    for each in conversation.participants:
        if each.agent_id == actor.id and entities.is_present(each):
            level: PermissionLevel = each.level
            return level
    raise Refused


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
            select(AgentSkillRow.agent_id)
            .where(col(AgentSkillRow.skill_id).in_(skills))
            .group_by(col(AgentSkillRow.agent_id))
            .having(sa.func.count() == len(skills))
        )
        connected = select(Lease.agent_id).where(Lease.expires_at > entities.now())
        found = (
            select(A)
            .where(A.organization_id == info.context["actor"].organization_id, A.active)
            .where(A.department_id.in_(departments), A.id.in_(skilled), A.id.in_(connected))
            .order_by(A.name, A.id)
            .limit(first + 1)
            .options(
                selectinload(A.department).selectinload(D.supervisors),
                selectinload(A.skills).selectinload(S.skill),
                selectinload(A.leases),
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


async def seen(session: AsyncSession, actor: Any, conversation_id: Any) -> Any:
    """Return a conversation with its people, if the asker is one of them."""
    part, asked = P.agent, OFFER
    statement = (
        select(C)
        .where(C.id == conversation_id, C.organization_id == actor.organization_id)
        .options(
            selectinload(C.participants).selectinload(part).selectinload(A.leases),
            selectinload(C.invitations).selectinload(asked.inviter),
            selectinload(C.invitations).selectinload(asked.invitee),
        )
    )
    found = (await session.exec(statement)).first()
    if found is not None:
        own_level(found, actor)
    return found


class Batches:
    """What is worked out for many agents at once."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.actor, self.session = context["actor"], context["session"]

    async def loads(self, ids: list[Any]) -> list[AgentLoad]:
        leading = select(P).where(P.agent_id.in_(ids), P.role == ParticipantRole.PRIMARY)
        async with self.session() as session:
            policy = await session.get(PolicyRow, self.actor.organization_id)
            parts = (await session.exec(leading)).all()
            agents = (await session.exec(select(A).where(A.id.in_(ids)))).all()
        led = Counter(each.agent_id for each in parts if entities.is_present(each))
        found = {
            each.id: AgentLoad(
                collaborations=each.collaborations,
                capacity=policy.collaborations_per_agent,
                primary_conversations=led[each.id],
            )
            for each in agents
        }
        return [found[id_] for id_ in ids]

    async def eligibilities(self, agents: list[Any]) -> list[Eligibility]:
        ids, actor = [agent.id for agent in agents], self.actor
        hour, minute = (entities.now() - timedelta(seconds=n) for n in (3600, 60))
        lately = (OFFER.inviter_id == actor.id) & (OFFER.sent_at > hour)
        lately |= OFFER.invitee_id.in_(ids) & (OFFER.sent_at > minute)
        conversation_id = self.context["conversation_id"]
        going_on = select(Collaboration).where(
            Collaboration.conversation_id == conversation_id,
            col(Collaboration.ended_at).is_(None),
        )
        async with self.session() as session:
            here = await seen(session, actor, conversation_id)
            policy_row = await session.get(PolicyRow, actor.organization_id)
            organization = await session.get(Organization, actor.organization_id)
            ongoing = (await session.exec(going_on)).first()
            sent = (await session.exec(select(OFFER).where(lately))).all()
        if here.status is not ConversationStatus.OPEN or own_level(here, actor) < MANAGE:
            raise Refused
        around = Circumstances(
            _policy(policy_row),
            organization.collaborations,
            bool(ongoing),
            [_sent(e) for e in sent],
        )
        limit = around.policy.seats(",".join(each.name for each in here.classes))
        return [
            _judged(actor, around, _candidate(here, agent, actor), here.seats_taken, limit)
            for agent in agents
        ]


def _policy(row: Any) -> Policy:
    return Policy(
        row.enabled,
        ",".join(each.name for each in row.roles_that_may_invite),
        {kind: getattr(row, f"{kind.lower()}_limit") for kind in CLASSES},
        row.collaborations_per_agent,
        row.collaborations_per_organization,
        row.invitation_validity_seconds,
        row.reminder_seconds,
        row.invitations_per_inviter_per_minute,
        row.invitations_per_invitee_per_minute,
    )


def _sent(row: Any) -> tuple[Any, Any, Any, float]:
    age = (entities.now() - row.sent_at).total_seconds()
    return row.inviter_id, row.invitee_id, row.group_id, age


def _candidate(here: Any, agent: Any, actor: Any) -> tuple[Any, ...]:
    return (
        agent.id,
        agent.department_id,
        agent.department.external,
        entities.presence_of(agent).name,
        agent.collaborations,
        any(p.agent_id == agent.id and entities.is_present(p) for p in here.participants),
        any(i.invitee_id == agent.id and i.status in OPEN for i in here.invitations),
        any(s.agent_id != actor.id for s in agent.department.supervisors),
    )


def _judged(
    actor: Any, around: Circumstances, candidate: tuple[Any, ...], taken: int, limit: int
) -> Eligibility:
    own = Actor(actor.id, actor.organization_id, actor.role.name, actor.department_id, False, [])
    against = reasons(own, around, candidate, candidate[0], taken, limit)
    ours = candidate[1] == actor.department_id
    kind = "EXTERNAL_EXPERT" if candidate[2] else "STANDARD" if ours else "CROSS_DEPARTMENT"
    return Eligibility(
        can_invite=not against,
        kind=kind,
        approval_needed=kind == "CROSS_DEPARTMENT",
        reasons=[Reason(**each) for each in against],
    )


def build(url: str, secret: str) -> Starlette:
    database = Database(url)

    def session() -> AsyncSession:
        return AsyncSession(database.reading, expire_on_commit=False)

    class View(GraphQL[Any, Any]):
        async def get_context(self, request: Any, response: Any) -> Any:
            agent_id = asker(secret, request.headers.get("authorization"))
            who = select(A).where(A.id == agent_id, A.active)
            relations = selectinload(A.department), selectinload(A.supervised)
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
