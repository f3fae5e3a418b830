"""What is known of a play: what its events have told so far, and what queries read at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import cycle
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import ConversationStatus
from domain.permissions import ParticipantRole
from domain.streams import StreamKind, notes_stream
from models.authorizations import authorizations
from models.conversations import conversations, participants
from models.database import Database
from models.invitations import invitations
from models.log import events, streams
from models.reviews import reviews
from models.stored import STORED, StoredEvent
from tests.fuzz.folding import (
    LOOK,
    MINE,
    SIGHT,
    STATUSES,
    State,
    seen,
    status_after,
)
from tests.service import Data, Person, Service, node_id
from tests.world import World

CAST = ("lin", "wang", "chen", "sun", "zhou", "he", "gao", "mei", "zhao", "admin", "ext")
SUPERVISORS = {"technology": "zhao", "customer-service": "chen"}
CUSTOMER, HOST = "customer", "host"
c, p, s, z = conversations.c, participants.c, streams.c, authorizations.c


def id_of(told: StoredEvent) -> UUID:
    """Return the invitation that an event tells of."""
    found: UUID = told.facts.invitation_id  # type: ignore[attr-defined]  # the event's own
    return found


@dataclass(frozen=True)
class Invited:
    """Of an invitation what never changes; `department` is that of who approves it."""

    inviter: str
    invitee: str
    department: str | None


@dataclass
class Following:
    """`folded` is what a client made of all events; `people` are the agents' keys by their ids."""

    database: Database
    world: World
    processes: Sequence[Service]
    stack: AsyncExitStack
    folded: State = field(init=False)
    queried: State = field(init=False)
    cursor: str | None = None
    inboxes: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    approvals: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parts: dict[str, str] = field(default_factory=dict)
    invited: dict[str, Invited] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    authorizations: dict[str, str] = field(default_factory=dict)
    reviews: list[str] = field(default_factory=list)
    heads: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.turns, self.lookers = cycle(self.processes), cycle(CAST)
        self.people = {node_id("Agent", self.world.agents[key]): key for key in CAST}
        self.ids = {key: id_ for id_, key in self.people.items()}
        self.place = self.world.conversation

    @property
    def here(self) -> str:
        return node_id("Conversation", self.place)

    @property
    def leader(self) -> str:
        """The key of the primary, or of the last one."""
        return self.people[self.parts[self.folded.primary]]

    def present(self) -> list[str]:
        return [self.people[part.agent] for part in self.folded.parts.values()]

    def person(self, key: str) -> Person:
        service = next(self.turns)
        if key == HOST:
            return service.integration()
        return service.customer(conversation=self.place) if key == CUSTOMER else service.agent(key)

    # From one conversation to the next.

    async def start(self) -> None:
        """Begin with what the conversation is like now."""
        self.cursor = None
        await self.look()
        self.folded = replace(self.queried)
        self.parts = {id_: part.agent for id_, part in self.folded.parts.items()}

    async def moves_on(self) -> bool:
        """Turn to the conversation that was opened after this one was closed; tell whether there is one."""
        ours = c.organization_id == self.world.organization
        going_on = ours & (c.status != ConversationStatus.CLOSED)
        rows = await self.database.all(
            sa.select(c.id).where(going_on).order_by(c.opened_at.desc(), c.id).limit(1)
        )
        if rows:
            self.place = rows[0].id
            self.invited.clear()
            await self.start()
        return bool(rows)

    # What is read.

    async def look(self) -> list[Data]:
        """Read as the primary does: what has happened, and the conversation as it is."""
        told: list[Data] = []
        leader = await self._primary()
        more = True
        while more:
            looked = await self.person(leader).run(LOOK, id=self.here, after=self.cursor)
            conversation = looked["conversation"]
            happened = conversation["events"]
            told += happened["nodes"]
            self.cursor = happened["pageInfo"]["endCursor"] or self.cursor
            more = happened["pageInfo"]["hasNextPage"]
        self._meet(conversation)
        self.queried = seen(conversation)
        rows = await self.database.all(sa.select(z.id, z.status))
        self.authorizations = {node_id("Authorization", row.id): row.status.name for row in rows}
        rows = await self.database.all(sa.select(reviews.c.id).order_by(reviews.c.id))
        self.reviews = [node_id("EmergencyReview", row.id) for row in rows]
        return told

    def _meet(self, looked: Data) -> None:
        for each in looked["invitations"]["nodes"]:
            department = each["approvalDepartment"] and each["approvalDepartment"]["slug"]
            people = self._key(each["inviter"]), self._key(each["invitee"])
            self.invited[each["id"]] = Invited(*people, department)
        self.authors |= {each["id"]: self._key(each["author"]) for each in looked["notes"]["nodes"]}

    def _key(self, agent: Data) -> str:
        return self.people[agent["id"]]

    async def _primary(self) -> str:
        """Return who leads, or has led last: the one person who may always read."""
        leading = (p.conversation_id == self.place) & (p.role == ParticipantRole.PRIMARY)
        rows = await self.database.all(
            sa.select(p.agent_id).where(leading).order_by(p.joined_at.desc(), p.id.desc()).limit(1)
        )
        return self.people[node_id("Agent", rows[0].agent_id)]

    async def wrong_sight(self) -> list[str]:
        """One after another they look: who takes part holds the level that events told, nobody else holds any."""
        key = next(self.lookers)
        looked = (await self.person(key).run(SIGHT, id=self.here))["conversation"] or {}
        levels = {part.agent: part.level for part in self.folded.parts.values()}
        last = "READ_ONLY" if self.folded.status == "CLOSED" and key == self.leader else None
        wanted, found = levels.get(self.ids[key], last), looked.get("viewerLevel")
        return [] if found == wanted else [f"{key} holds {found}, and was told {wanted}"]

    # What is told besides.

    async def news_of_notes(self) -> list[Data]:
        rows = await self._news(s.id == notes_stream(self.place).id)
        return [
            {
                "__typename": row.type,
                "note": {"id": node_id("InternalNote", row.facts.note_id)},  # type: ignore[attr-defined]  # the event's own
                "version": getattr(row.facts, "version", 1),
            }
            for row in rows
        ]

    async def wrong_inboxes(self) -> list[str]:
        """Whoever heard something has heard how each invitation stands that they sent, received or decide about."""
        touched, news = set(), await self._inbox_news()
        waits = await self._waiting_for_approval([row for row, _ in news])
        for row, owner_id in news:
            owner = node_id("Agent", owner_id)
            if row.type in STATUSES or row.type.startswith("Approval"):
                touched.add(owner)
                self._hear(owner, row, waits=(id_of(row), owner_id) in waits)
        return [
            sentence
            for owner in sorted(touched & self.people.keys(), key=self.people.__getitem__)
            for sentence in await self._wrong_inbox(owner)
        ]

    async def _waiting_for_approval(self, news: Sequence[StoredEvent]) -> set[tuple[UUID, UUID]]:
        """Return which of these need approval, also of a conversation that was opened this moment, and who sent them."""
        i, ids = invitations.c, [id_of(row) for row in news if row.type in STATUSES]
        waiting = i.id.in_(ids) & i.approval_department_id.is_not(None)
        rows = await self.database.all(sa.select(i.id, i.inviter_id).where(waiting))
        return {(row.id, row.inviter_id) for row in rows}

    def _hear(self, owner: str, row: StoredEvent, *, waits: bool) -> None:
        id_ = node_id("Invitation", id_of(row))
        if row.type == "ApprovalRequested":
            self.approvals[owner].add(id_)
        elif row.type == "ApprovalClosed":
            self.approvals[owner].discard(id_)
        else:
            self.inboxes[owner][id_] = status_after(row.type, waits=waits)

    async def _wrong_inbox(self, owner: str) -> list[str]:
        key, heard = self.people[owner], self.inboxes[owner]
        mine = await self.person(key).run(MINE)
        ways = mine["received"]["nodes"] + mine["sent"]["nodes"]
        queried = {each["id"]: each["status"] for each in ways}
        wanted = {each["id"] for each in mine["pendingApprovals"]["nodes"]}
        wrong = [
            f"inbox of {key}: {id_} is {status}, heard of as {heard.get(id_)}"
            for id_, status in queried.items()
            if heard.get(id_) != status
        ]
        if wanted != self.approvals[owner]:
            wrong.append(f"approvals of {key}: heard {self.approvals[owner]}, queried {wanted}")
        return wrong

    async def _inbox_news(self) -> list[tuple[StoredEvent, UUID]]:
        news = await self._news(s.kind == StreamKind.INBOX)
        owners = await self.database.all(sa.select(s.id, s.owner_id))
        of = {row.id: row.owner_id for row in owners}
        return [(row, of[row.stream_id]) for row in news]

    async def _news(self, of: sa.ColumnElement[bool]) -> list[StoredEvent]:
        """Return what is new in the log's streams of a kind, and remember it."""
        e, heads = events.c, await self.database.all(sa.select(s.id, s.head).where(of, s.head > 0))
        moved = [row for row in heads if row.head > self.heads.get(row.id, 0)]
        if not moved:
            return []
        new = sa.or_(
            *(sa.and_(e.stream_id == row.id, e.seq > self.heads.get(row.id, 0)) for row in moved)
        )
        rows = await self.database.all(
            sa.select(*STORED.columns)
            .join_from(events, streams, e.stream_id == s.id)
            .where(new)
            .order_by(e.stream_id, e.seq)
        )
        self.heads |= {row.id: row.head for row in moved}
        return [STORED.read(row) for row in rows]
