"""What one read finds of a stream: where it stands, its events from a cursor onward, and who may follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationStatus
from domain.cursors import Cursor, digest_of
from domain.errors import BadUserInput, CursorExpired, HistoryChanged, NotFoundAtTop
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import Stream, StreamKind, conversation_stream
from models.agents import agents
from models.conversations import conversations, participants
from models.database import Database, Query
from models.log import events, streams
from models.prepared import prepared
from models.reading import Placed
from models.shapes import varied
from models.stored import STORED, StoredEvent
from models.visibility import current_level, stands

PAGE = 200
NOTHING = "-"  # in the text of a roll: no role, no level


@dataclass(frozen=True)
class Standing:
    """How somebody stands in the conversation that a stream is of; nothing of it where that is no matter."""

    role: ParticipantRole | None = None
    level: PermissionLevel | None = None


Roll = Mapping[UUID, Standing]


@dataclass(frozen=True)
class Page:
    """Where the stream stands, its events from a cursor's own onward, as far as they were read, and who could follow it then."""

    roll: Roll
    over: bool
    head: int
    pruned: int
    pruned_digest: bytes
    epoch: UUID
    events: Sequence[StoredEvent]

    @property
    def reached(self) -> int:
        """The sequence up to which the events are there."""
        return self.events[-1].seq if self.events else self.pruned

    @property
    def to_the_head(self) -> bool:
        return self.reached == self.head

    def onward(self, sequence: int) -> Page:
        """Return the page with its events from this sequence on."""
        first = self.events[0].seq if self.events else sequence
        return varied(self, events=self.events[max(0, sequence - first) :])

    def after(self, cursor: Cursor) -> Sequence[StoredEvent]:
        """Return the events after the cursor, or fail: never a partial replay."""
        if cursor.sequence < self.pruned:
            oldest = Cursor(cursor.stream_id, self.pruned, self.pruned_digest, self.epoch)
            words = "This is older than what is kept: take a new snapshot."
            raise CursorExpired(words, oldestCursor=str(oldest))
        if cursor.epoch != self.epoch or self._digest_at(cursor) != cursor.digest:
            raise HistoryChanged("The history behind this cursor has changed: take a new snapshot.")
        news = [event for event in self.events if event.seq > cursor.sequence]
        if [event.seq for event in news] != list(range(cursor.sequence + 1, self.reached + 1)):
            raise HistoryChanged("The history has a hole: take a new snapshot.")
        return news

    def _digest_at(self, cursor: Cursor) -> bytes | None:
        if cursor.sequence == self.pruned:
            return self.pruned_digest
        at = self.events[0] if self.events else None
        return digest_of(at.id) if at and at.seq == cursor.sequence else None


def carriers_of(stream: Stream) -> set[UUID]:
    """The streams whose events can change what a follower hears: its own, and that of the right to it."""
    of_right = conversation_stream(stream.owner_id) if stream.kind is StreamKind.NOTES else stream
    return {stream.id, of_right.id}


async def read(database: Database, stream: Stream, sequence: int) -> Page:
    """Read a page from this sequence on, in one statement."""
    rows = await PAGES.all(
        database, None, stream.kind, id_=stream.id, owner_id=stream.owner_id, sequence=sequence
    )
    if not rows:
        raise NotFoundAtTop("There is no such stream.")
    roll, over, head, pruned, digest, epoch = rows[0][1]
    found = [event for event, _ in rows if event.seq is not None]
    return Page(roll_of(roll), over, head, pruned, digest, epoch, found)


async def call_roll(database: Database, stream: Stream) -> Roll:
    """Read who may follow the stream at this moment."""
    rows = await ROLLS.all(database, None, stream.kind, owner_id=stream.owner_id)
    return roll_of(rows[0].text)


@lru_cache(maxsize=1024)
def roll_of(text: str | None) -> Roll:
    """Return what the text of a roll says: most often that is what it said before, and then the same object."""
    lines = [line.split(" ") for line in (text or "").splitlines()]
    return {UUID(id_): _standing(role, level) for id_, role, level in lines}


@lru_cache
def _standing(role: str, level: str) -> Standing:
    return Standing(
        None if role == NOTHING else ParticipantRole[role],
        None if level == NOTHING else PermissionLevel(int(level)),
    )


def _page(
    asker: Actor | None, kind: StreamKind, *, id_: Any, owner_id: Any, sequence: Any
) -> Query:
    s, e = streams.c, events.c
    onward = (e.stream_id == s.id) & (e.seq >= sequence)
    return (
        sa.select(*STORED.columns)
        .add_columns(_roll_once(kind, owner_id, sequence).label("roll"))
        .add_columns(_over(kind, owner_id).label("over"), s.head)
        .add_columns(s.pruned, s.pruned_digest, s.epoch.label("stream_epoch"))
        .select_from(streams.outerjoin(events, onward))
        .where(s.id == id_)
        .order_by(e.seq)
        .limit(sa.literal_column(str(PAGE + 1)))
        .offset(sa.literal_column("0"))
    )


def _roll_once(kind: StreamKind, owner_id: Any, sequence: Any) -> sa.ColumnElement[str]:
    """The roll, in the first row of a page: it may be long."""
    s, e = streams.c, events.c
    first = e.seq.is_(None) | (e.seq <= sequence + 1) | (e.seq <= s.pruned + 1)
    return sa.case((first, _roll(None, kind, owner_id=owner_id).scalar_subquery()))


def _over(kind: StreamKind, owner_id: Any) -> sa.ColumnElement[bool]:
    """After a conversation is closed nothing follows in its streams; closing and their last events are one."""
    c = conversations.c
    closed = (c.id == owner_id) & (c.status == ConversationStatus.CLOSED)
    return sa.false() if kind is StreamKind.INBOX else sa.exists().where(closed)


def _roll(asker: Actor | None, kind: StreamKind, *, owner_id: Any) -> Query:
    """A line for each who may follow: id, role and level."""
    who = _may_follow(kind, owner_id).subquery().c
    id_, role, level = [sa.cast(each, sa.Text) for each in (who.id, who.role, who.level)]
    line = id_ + " " + role + " " + level
    return sa.select(sa.func.aggregate_strings(line, "\n").label("text"))


def _may_follow(kind: StreamKind, owner_id: Any) -> Query:
    """The right to a stream: id, role and level of everybody who holds it."""
    a, c, p = agents.c, conversations.c, participants.c
    match kind:
        case StreamKind.CONVERSATION | StreamKind.NOTES:
            here = (p.conversation_id == owner_id) & stands()
            who = sa.select(*_standing_as(a.id, p.role, current_level()))
            return who.join_from(participants, agents).where(here, a.active)
        case StreamKind.CUSTOMER:
            return sa.select(*_standing_as(c.customer_id)).where(c.id == owner_id)
        case StreamKind.INBOX:
            return sa.select(*_standing_as(a.id)).where(a.id == owner_id, a.active)


def _standing_as(id_: Any, role: Any = None, level: Any = None) -> list[Any]:
    nothing = sa.literal(NOTHING)
    return [
        id_.label("id"),
        (nothing if role is None else role).label("role"),
        (nothing if level is None else level).label("level"),
    ]


PAGES = prepared(_page, Placed(StoredEvent, len(STORED.columns)))
ROLLS = prepared(_roll)


def check_belongs(cursor: Cursor, stream: Stream) -> None:
    if cursor.stream_id != stream.id:
        raise BadUserInput("This cursor belongs to another stream.")
