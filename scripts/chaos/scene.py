"""Who there is: conversations with a primary, a helper and a customer each, invitees to come and go, and a crowd."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from domain.actors import ActorKind
from domain.conversations import ConversationClass
from domain.ids import new_id
from domain.permissions import ParticipantRole, PermissionLevel
from domain.policies import DAY
from domain.streams import Stream, conversation_stream, customer_stream, inbox, notes_stream
from models.agents import agents
from models.conversations import Collaboration, Participant, conversations
from models.database import Database
from models.organizations import organizations
from models.unit_of_work import UnitOfWork, unit_of_work
from resolvers.idleness import watch
from resolvers.reads.organizations import policy_of
from schema.ids import encode
from server.migrating import migrate
from server.tokens import sign
from tests.world import World, add_agent, add_conversation, build_world, set_policy

CONVERSATIONS = 4
INVITEES = 6
CROWD = 40  # each may have five sockets
VALID_SECONDS = 3
SECRET = secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Place:
    """One conversation, by number: its primary is `lead-N`, its helper `help-N`."""

    number: int
    id: UUID

    @property
    def node(self) -> str:
        return encode("Conversation", self.id)

    @property
    def streams(self) -> list[Stream]:
        return [conversation_stream(self.id), notes_stream(self.id), customer_stream(self.id)]


@dataclass
class Scene:
    world: World
    places: list[Place] = field(default_factory=list)
    crowded: UUID = field(default_factory=new_id)

    def agent(self, key: str) -> str:
        return sign(SECRET, ActorKind.AGENT, self.world.agents[key])

    def customer(self, place: Place) -> str:
        return sign(SECRET, ActorKind.CUSTOMER, self.world.customers["customer"], place.id)

    def inbox(self, key: str) -> Stream:
        return inbox(self.world.agents[key])


async def build(database_url: str) -> Scene:
    database = Database(database_url)
    try:
        scene = await empty(database)
        async with unit_of_work(database, lambda heads: None) as work:
            await _fill(work, scene)
        return scene
    finally:
        await database.dispose()


async def empty(database: Database) -> Scene:
    """Return a world whose rules are in nobody's way."""
    await migrate(database)
    scene = Scene(await build_world(database))
    await set_policy(
        database,
        scene.world,
        standard_limit=50,
        complaint_limit=50,
        collaborations_per_agent=100,
        invitation_validity_seconds=VALID_SECONDS,
        idle_warning_seconds=DAY - 1,
        idle_removal_seconds=DAY,
        invitations_per_inviter_per_minute=1000,
        invitations_per_invitee_per_minute=1000,
    )
    return scene


async def _fill(work: UnitOfWork, scene: Scene) -> None:
    for number in range(CONVERSATIONS):
        lead, helper = f"lead-{number}", f"help-{number}"
        await hire(work, scene, lead, helper)
        place = Place(number, await open_conversation(work, scene, lead, helper))
        scene.places.append(place)
    await hire(work, scene, *(f"guest-{number}" for number in range(INVITEES)))
    crowd = [f"crowd-{number}" for number in range(CROWD)]
    await hire(work, scene, *crowd)
    scene.crowded = await open_conversation(work, scene, "lin", *crowd)


async def hire(work: UnitOfWork, scene: Scene, *keys: str) -> None:
    for key in keys:
        scene.world.agents[key] = await add_agent(work, scene.world, key, "technology")


async def open_conversation(work: UnitOfWork, scene: Scene, lead: str, *helpers: str) -> UUID:
    """Open a conversation with room for everybody, and let helpers be there already."""
    id_ = await add_conversation(
        work, scene.world, new_id(), lead, classes=[ConversationClass.COMPLAINT]
    )
    c = conversations.c
    roomy = sa.update(conversations).where(c.id == id_)
    await work.change(roomy.values(seat_limit=50, seats_taken=len(helpers)))
    now, ids = await work.now(), [scene.world.agents[key] for key in helpers]
    await work.change(sa.update(agents).where(agents.c.id.in_(ids)).values(collaborations=1))
    group = Collaboration(id=new_id(), conversation_id=id_, opened_at=now)
    await work.add(group)
    await count_another(work, scene.world.organization)
    await watch(work, id_, await policy_of(work, scene.world.organization), now)
    await work.add_all([_part(scene.world, group, key) for key in helpers])
    return id_


async def count_another(work: UnitOfWork, organization_id: UUID) -> None:
    o = organizations.c
    ours = sa.update(organizations).where(o.id == organization_id)
    await work.change(ours.values(collaborations=o.collaborations + 1))


def _part(world: World, group: Collaboration, key: str) -> Participant:
    return Participant(
        id=new_id(),
        organization_id=world.organization,
        conversation_id=group.conversation_id,
        collaboration_id=group.id,
        agent_id=world.agents[key],
        role=ParticipantRole.EXPERT,
        level=PermissionLevel.EDIT,
        joined_at=group.opened_at,
    )
