"""A play: one conversation, its cast, two processes on one database, and what must hold after every step."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from domain.errors import UserErrorCode
from domain.permissions import ParticipantRole
from domain.streams import StreamKind, notes_stream
from models.conversations import participants
from models.database import Database
from models.log import events, streams
from models.stored import STORED, StoredEvent
from server.timers import settle_overdue
from tests.api.asking import act
from tests.fuzz.folding import LOOK, MINE, STATUSES, State, differences, fold, seen
from tests.races.truth import violations
from tests.service import Data, Person, Service, build, node_id
from tests.world import World

CAST = ("lin", "wang", "chen", "sun", "zhou", "mei")
CUSTOMER = "customer"
ANSWERS = {
    "acceptInvitation": "ACCEPTED",
    "declineInvitation": "DECLINED",
    "revokeInvitation": "REVOKED",
}
KNOWN_CODES = {code.value for code in UserErrorCode}


@dataclass(frozen=True)
class Step:
    """What somebody asks for. `key` is the idempotency key it is asked with."""

    who: str
    field: str
    input: Data
    key: str | None = None


@dataclass
class Play:
    """`folded` is what a client made of all events; `people` are the agents' keys by their ids."""

    database: Database
    world: World
    processes: Sequence[Service]
    stack: AsyncExitStack
    folded: State = field(init=False)
    cursor: str | None = None
    inboxes: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    parts: dict[str, str] = field(default_factory=dict)
    invited: dict[str, tuple[str, str]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    heads: dict[UUID, int] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)
    done: list[tuple[Step, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns = cycle(self.processes)
        self.people = {node_id("Agent", self.world.agents[key]): key for key in CAST}
        self.ids = {key: id_ for id_, key in self.people.items()}
        self.here = node_id("Conversation", self.world.conversation)

    @property
    def leader(self) -> str:
        """The key of the primary, or of the last one."""
        return self.people[self.parts[self.folded.primary]]

    def present(self) -> list[str]:
        return [self.people[part.agent] for part in self.folded.parts.values()]

    def person(self, key: str) -> Person:
        service = next(self.turns)
        return service.customer() if key == CUSTOMER else service.agent(key)

    # What happens.

    async def take(self, step: Step) -> list[str]:
        """Ask for it, and return the codes of its refusal."""
        input_ = step.input | ({"idempotencyKey": step.key} if step.key else {})
        payload = await act(self.person(step.who), step.field, **input_)
        return [error["code"] for error in payload["errors"]]

    async def take_all(self, steps: Sequence[Step], *, clock: bool = False) -> None:
        """Take steps at the same moment; the work of the clock may race with them."""
        sweeping = [self.sweep()] if clock else []
        codes: list[Any] = await asyncio.gather(*(self.take(step) for step in steps), *sweeping)
        for step, refusals in zip(steps, codes, strict=False):
            self.done.append((step, refusals))
            assert set(refusals) <= KNOWN_CODES, (step, refusals)
            if step.field in ANSWERS and not refusals:
                self.answered[step.input["invitationId"]] += 1
        if clock:
            await self.sweep()
        news = await self.check()
        if not clock and all(codes):
            assert not news, f"all was refused, and {news} happened: {steps}"

    async def repeat(self) -> None:
        """Send the last step that succeeded with a key again: the same answer, and nothing happens."""
        kept = [step for step, refusals in self.done if step.key and not refusals]
        if kept:
            assert await self.take(kept[-1]) == [], kept[-1]
            assert await self.check() == [], f"{kept[-1]} had its effect twice"

    async def sweep(self) -> None:
        await settle_overdue(self.processes[0].app.state.database, lambda heads: None)

    # What must hold.

    async def check(self) -> list[str]:
        """Fold what has happened and compare it with what is read now; return the types of the events."""
        told = await self._look()
        told += await self._notes()
        self.fold(told)
        wrong = differences(self.folded, self.queried)
        wrong += await self._inboxes()
        wrong += await violations(self.database, self.world.conversation)
        wrong += [
            f"{id_} was answered {times} times and is {self.folded.invitations[id_]}"
            for id_, times in self.answered.items()
            if times > 1 or self.folded.invitations[id_] not in ANSWERS.values()
        ]
        assert not wrong, "\n".join([*wrong, *(str(step) for step in self.done[-5:])])
        return [each["__typename"] for each in told]

    def fold(self, told: Sequence[Data]) -> None:
        for each in told:
            fold(self.folded, each)
            self.parts |= {id_: part.agent for id_, part in self.folded.parts.items()}

    async def _look(self) -> list[Data]:
        """Read as the primary does: what has happened, and the conversation as it is."""
        document, variables = LOOK, {"id": self.here, "after": self.cursor}
        leader = await self._primary()
        looked = (await self.person(leader).run(document, **variables))["conversation"]
        self.queried = seen(looked)
        for each in looked["invitations"]["nodes"]:
            self.invited[each["id"]] = self._key(each["inviter"]), self._key(each["invitee"])
        self.authors |= {each["id"]: self._key(each["author"]) for each in looked["notes"]["nodes"]}
        edges = looked["events"]["edges"]
        self.cursor = edges[-1]["cursor"] if edges else self.cursor
        return [edge["node"] for edge in edges]

    def _key(self, agent: Data) -> str:
        return self.people[agent["id"]]

    async def _primary(self) -> str:
        """Return who leads, or has led last: the one person who may always read."""
        p = participants.c
        leading = sa.select(p.agent_id).where(
            p.conversation_id == self.world.conversation, p.role == ParticipantRole.PRIMARY
        )
        rows = await self.database.all(leading.order_by(p.joined_at.desc(), p.id.desc()).limit(1))
        return self.people[node_id("Agent", rows[0].agent_id)]

    async def _notes(self) -> list[Data]:
        rows = await self._news(streams.c.id == notes_stream(self.world.conversation).id)
        return [
            {
                "__typename": row.type,
                "note": {"id": node_id("InternalNote", row.facts.note_id)},  # type: ignore[attr-defined]  # the event's own
                "version": getattr(row.facts, "version", 1),
            }
            for row in rows
        ]

    async def _inboxes(self) -> list[str]:
        """Everybody who heard something has heard how each invitation they sent or received stands."""
        news = await self._news(streams.c.kind == StreamKind.INBOX)
        owners = {row.id: row for row in await self.database.all(sa.select(streams))}
        wrong = []
        touched = set()
        for row in news:
            owner = node_id("Agent", owners[row.stream_id].owner_id)
            if row.type in STATUSES:
                touched.add(owner)
                id_ = node_id("Invitation", row.facts.invitation_id)  # type: ignore[attr-defined]  # the event's own
                self.inboxes[owner][id_] = STATUSES[row.type]
        for owner in sorted(touched, key=self.people.__getitem__):
            mine = await self.person(self.people[owner]).run(MINE)
            queried = {each["id"]: each["status"] for way in mine.values() for each in way["nodes"]}
            if queried != self.inboxes[owner]:
                wrong.append(f"inbox of {self.people[owner]}: {self.inboxes[owner]}, {queried}")
        return wrong

    async def _news(self, of: sa.ColumnElement[bool]) -> list[StoredEvent]:
        """Return what is new in the log's streams of a kind, and remember it."""
        rows = await self.database.all(
            sa.select(*STORED.columns)
            .join_from(events, streams, events.c.stream_id == streams.c.id)
            .where(of)
            .order_by(events.c.stream_id, events.c.seq)
        )
        news = [STORED.read(row) for row in rows if row.seq > self.heads.get(row.stream_id, 0)]
        self.heads |= {event.stream_id: event.seq for event in news}
        return news


async def begin(database_url: str, world: World) -> Play:
    """Open a play on a database of its own. No timer runs: the clock moves when a step says so."""
    stack, database = AsyncExitStack(), Database(database_url)
    stack.push_async_callback(database.dispose)
    processes = []
    for _ in range(2):
        app = build(database_url)
        stack.push_async_callback(app.state.database.dispose)
        transport = httpx.ASGITransport(app)
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        processes.append(Service("", app, await stack.enter_async_context(http), database, world))
    play = Play(database, world, processes, stack)
    await play._look()
    play.folded = replace(play.queried)
    play.parts = {id_: part.agent for id_, part in play.folded.parts.items()}
    return play
