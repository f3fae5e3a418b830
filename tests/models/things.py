"""A table with a column of every type, and statements about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.conversations import ConversationClass
from domain.ids import new_id
from domain.permissions import PermissionLevel
from models.columns import Choice, ChoiceSet, Instant, Rank, Words, among
from models.database import Database
from models.prepared import prepared
from models.unit_of_work import unit_of_work

things = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("moment", Instant),
    sa.Column("presence", Choice(AgentPresence)),
    sa.Column("classes", ChoiceSet(ConversationClass)),
    sa.Column("level", Rank(PermissionLevel)),
    sa.Column("words", Words),
    sa.Column("facts", sa.JSON),
    sa.Column("sure", sa.Boolean),
    sa.Column("share", sa.Double),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("count", sa.BigInteger, unique=True),
)
t = things.c


@dataclass(frozen=True)
class ThingView:
    id: UUID
    moment: datetime | None
    presence: AgentPresence | None
    classes: frozenset[ConversationClass] | None
    level: PermissionLevel | None
    words: tuple[str, ...] | None
    facts: Any
    sure: bool | None
    share: float | None
    digest: bytes | None
    count: int | None


ADD = prepared(
    lambda _, **values: sa.insert(things).values(**values).returning(*things.c), ThingView
)
ALL = prepared(lambda _: sa.select(things).order_by(t.count), ThingView)
AMONG = prepared(
    lambda _, name, values: sa.select(things).where(among(t[name], values)).order_by(t.count),
    ThingView,
)
COUNT = prepared(
    lambda _, key, before, after: (
        sa.update(things)
        .where(t.id == key, t.count == before)
        .values(count=after)
        .returning(t.id, t.count)
    )
)

FULL = ThingView(
    UUID("10000000-0000-7000-8000-00000000000f"),
    datetime(2026, 1, 2, 3, 4, 5, 678000, UTC),
    AgentPresence.BUSY,
    frozenset({ConversationClass.VIP, ConversationClass.URGENT}),
    PermissionLevel.MANAGE,
    ("one", "two words"),
    {"said": ["日本", None, 1.5]},
    True,
    0.25,
    b"\x00\xff",
    2**40,
)
EMPTY = ThingView(new_id(), *[None] * 10)  # a row of nulls
LISTED = ["id", "moment", "presence", "classes", "level", "words", "sure", "share", "count"]


@pytest.fixture
async def known(database: Database) -> Database:
    async with database.writing() as connection:
        await connection.run_sync(things.create)
    async with unit_of_work(database, lambda heads: None) as work:
        for view in (FULL, EMPTY):
            assert await ADD.all(work, **vars(view)) == [view]
    return database
