"""Where rivals meet: one database, and several `Database` objects on it as several processes would have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import TypeVar
from uuid import UUID

from domain.actors import Actor, ActorKind, Asker
from domain.conversations import ConversationClass
from domain.errors import Refusal
from domain.ids import new_id
from domain.invitations import CollaborationType
from domain.permissions import ParticipantRole, Permission
from models.database import Database
from models.unit_of_work import Author, UnitOfWork, unit_of_work
from resolvers.actors import Claims, actor_of
from resolvers.answers import accept_invitation
from resolvers.changes import Changed
from resolvers.invitations import invite_agents
from resolvers.offers import Offer, Request
from tests.world import FAR, World, add_agent, add_conversation

SPREAD_SECONDS = 0.02
OK = "OK"
CRASHED = "CRASHED"

T = TypeVar("T")
UseCase = Callable[[UnitOfWork, Asker], Awaitable[Changed]]
Rival = Callable[[], Awaitable[T]]


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended: OK, the code of a refusal, or CRASHED and why."""

    code: str
    changed: Changed = field(default_factory=Changed)
    crash: str = ""

    @property
    def won(self) -> bool:
        return self.code == OK


@dataclass
class Arena:
    """The processes, the world in their database, and its people as actors."""

    processes: Sequence[Database]
    world: World
    actors: dict[str, Actor] = field(default_factory=dict)
    chance: Random = field(default_factory=lambda: Random(1))

    def __post_init__(self) -> None:
        self.turns = cycle(self.processes)

    @property
    def database(self) -> Database:
        return self.processes[0]

    async def actor(self, key: str) -> Actor:
        if key not in self.actors:
            claims = Claims(ActorKind.AGENT, self.world.agents[key], FAR)
            found = await actor_of(self.database, claims)
            assert found, key
            self.actors[key] = found
        return self.actors[key]

    async def attempt(
        self, key: str, use_case: UseCase, permission: Permission | None = None
    ) -> Outcome:
        """Let somebody try, in a transaction of the process whose turn it is."""
        actor, process = await self.actor(key), next(self.turns)
        try:
            author = Author(actor.kind, actor.id)
            async with unit_of_work(process, lambda heads: None, author) as work:
                changed = await use_case(work, Asker(actor, permission))
        except Refusal as refusal:
            return Outcome(refusal.reason.code.value)
        except Exception as error:
            return Outcome(CRASHED, crash=f"{type(error).__name__}: {error}".partition("\n")[0])
        return Outcome(OK, changed)

    async def race(self, rivals: Sequence[Rival[T]]) -> list[T]:
        """Let all begin within a few milliseconds; return their results in the order given."""
        gun, places = asyncio.Event(), list(range(len(rivals)))
        self.chance.shuffle(places)
        running = [asyncio.create_task(self._run(gun, rivals[place])) for place in places]
        gun.set()
        results = dict(zip(places, await asyncio.gather(*running), strict=True))
        return [results[place] for place in sorted(places)]

    async def _run(self, gun: asyncio.Event, rival: Rival[T]) -> T:
        await gun.wait()
        await asyncio.sleep(self.chance.random() * SPREAD_SECONDS)
        return await rival()

    # What is there before a race.

    async def conversation(self, *classes: ConversationClass, primary: str = "lin") -> UUID:
        kinds = classes or (ConversationClass.STANDARD,)
        async with unit_of_work(self.database, lambda heads: None) as work:
            return await add_conversation(work, self.world, new_id(), primary, classes=kinds)

    async def hire(self, *keys: str) -> None:
        async with unit_of_work(self.database, lambda heads: None) as work:
            for key in keys:
                self.world.agents[key] = await add_agent(work, self.world, key, "technology")

    def inviting(
        self, invitee: str, conversation_id: UUID, role: ParticipantRole = ParticipantRole.EXPERT
    ) -> UseCase:
        offer = Offer(self.world.agents[invitee], role)
        request = Request(CollaborationType.EXPERT_SUPPORT)
        return lambda work, asker: invite_agents(work, asker, conversation_id, [offer], request)

    async def invited(
        self,
        invitee: str,
        conversation_id: UUID,
        role: ParticipantRole = ParticipantRole.EXPERT,
        inviter: str = "lin",
    ) -> UUID:
        case = self.inviting(invitee, conversation_id, role)
        outcome = await self.attempt(inviter, case, Permission.INVITE)
        (invited,) = outcome.changed.invited
        assert invited.invitation_id, (invited, outcome)
        return invited.invitation_id

    async def joined(
        self,
        invitee: str,
        conversation_id: UUID,
        role: ParticipantRole = ParticipantRole.EXPERT,
    ) -> UUID:
        """Return the id of the part of a colleague who was invited and accepted."""
        id_ = await self.invited(invitee, conversation_id, role)
        outcome = await self.attempt(
            invitee, lambda work, asker: accept_invitation(work, asker, id_)
        )
        assert outcome.changed.participant_id, outcome
        return outcome.changed.participant_id


def crashes(outcomes: Mapping[str, Outcome] | Sequence[Outcome]) -> list[str]:
    """Return what nobody may ever see: anything but success and refusals."""
    values = outcomes.values() if isinstance(outcomes, Mapping) else outcomes
    return [outcome.crash for outcome in values if outcome.code == CRASHED]
