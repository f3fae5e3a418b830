"""The types, whose fields are the attributes of entities."""

from __future__ import annotations

from typing import Any

import strawberry
from sqlalchemy.orm import selectinload
from sqlmodel import select

from benchmarks.requests.floor.rights import shown, told
from benchmarks.requests.peers.stock import entities
from benchmarks.requests.peers.stock.entities import (
    NOTE,
)
from domain.invitations import InvitationStatus

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
        return entities.own_level(self, info.context["actor"]).name

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
            select(NOTE)
            .where(NOTE.conversation_id == self.id)
            .order_by(NOTE.posted_at.desc(), NOTE.id.desc())
            .limit(last)
            .options(selectinload(NOTE.author))
        )
        async with info.context["session"]() as session:
            found = (await session.exec(newest)).all()
        return NoteConnection(nodes=found[::-1])


@strawberry.input
class AgentFilter:
    department_ids: list[strawberry.ID] | None = None
    skill_ids: list[strawberry.ID] | None = None
