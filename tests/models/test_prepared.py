"""Statements that are built once and run by the driver: every type, both databases, in and out of a transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from domain.actors import ROLE_RIGHTS, Actor, ActorKind, OrganizationRole
from domain.ids import new_id
from models import prepared as prepared_module
from models.columns import among
from models.conversations import conversations
from models.database import Database
from models.prepared import Prepared, prepared
from models.unit_of_work import unit_of_work
from models.visibility import conversation_visible
from resolvers.reads.agents import OF_ORGANIZATION
from resolvers.reads.invitations import BY_ID
from tests.models.things import ADD, ALL, AMONG, COUNT, EMPTY, FULL, LISTED, t
from tests.service import Service
from tests.world import World


async def test_every_type_comes_back_as_it_went(known: Database) -> None:
    found = await ALL.all(known)
    assert sorted(found, key=lambda view: view.count is None) == [FULL, EMPTY]
    assert [hash(view.id) for view in found]  # views are whole and frozen
    with pytest.raises(AttributeError):
        found[0].count = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", LISTED)
async def test_lists_are_one_parameter(known: Database, name: str) -> None:
    """Of every type, and of any length: the SQL is the same for one, for many and for none."""
    wanted = getattr(FULL, name)
    assert await AMONG.all(known, None, name, values=[wanted]) == [FULL]
    assert await AMONG.all(known, None, name, values=(wanted, wanted)) == [FULL]
    assert await AMONG.all(known, None, name, values=[]) == []
    direct = sa.select(t.id).where(among(t[name], [wanted]))
    assert [row.id for row in await known.all(direct)] == [FULL.id]


async def test_a_conditional_change_tells_whether_it_won(known: Database) -> None:
    async with unit_of_work(known, lambda heads: None) as work:
        (won,) = await COUNT.all(work, key=FULL.id, before=2**40, after=7)
        assert (won.id, won.count) == (FULL.id, 7)
        assert await COUNT.all(work, key=FULL.id, before=2**40, after=8) == []
        assert [view.count for view in await ALL.all(known) if view.count] == [2**40]
    assert [view.count for view in await ALL.all(known) if view.count] == [7]


async def test_the_first_statement_of_a_transaction_is_in_it(known: Database) -> None:
    async def failing() -> None:
        async with unit_of_work(known, lambda heads: None) as work:
            assert await COUNT.all(work, key=FULL.id, before=2**40, after=7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert FULL in await ALL.all(known)


async def test_a_snapshot_stays_at_its_moment(known: Database) -> None:
    async with known.snapshot() as frozen:
        before = await ALL.all(frozen)
        async with unit_of_work(known, lambda heads: None) as work:
            await COUNT.all(work, key=FULL.id, before=2**40, after=7)
        assert await ALL.all(frozen) == before
    assert await ALL.all(known) != before


async def test_what_fails_fails_as_it_does_in_sqlalchemy(known: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        async with unit_of_work(known, lambda heads: None) as work:
            await ADD.all(work, **(vars(EMPTY) | {"id": new_id(), "count": 2**40}))
    with pytest.raises(sa.exc.DBAPIError) as missing:
        await prepared(lambda _: sa.select(sa.column("x")).select_from(sa.table("y"))).all(known)
    assert getattr(missing.value.orig, "sqlstate", "42P01") == "42P01"
    assert FULL in await ALL.all(known)  # the connection is as good as before


async def test_kinds_of_askers_have_texts_of_their_own(database: Database, world: World) -> None:
    """The same predicate as in SQLAlchemy's own way, whoever asks; two of one kind share the text."""
    seen = prepared(lambda asker: sa.select(conversations.c.id).where(conversation_visible(asker)))
    for key in ("lin", "wang", "gao", "zhao"):
        actor = Actor(
            ActorKind.AGENT,
            world.agents[key],
            world.organization,
            role=OrganizationRole.AGENT,
            supervised=tuple(world.departments.values()) if key == "gao" else (),
            rights=ROLE_RIGHTS[OrganizationRole.AGENT],
        )
        admin = Actor(
            ActorKind.AGENT, world.agents[key], world.organization, role=OrganizationRole.ADMIN
        )
        here, there = world.conversation, world.other_conversation
        bound = [replace(actor, conversation_id=named) for named in (here, there)]
        for asker in (actor, admin, *bound, replace(bound[0], external=True)):
            direct = sa.select(conversations.c.id).where(conversation_visible(asker))
            expected = [row.id for row in await database.all(direct)]
            assert [row.id for row in await seen.all(database, asker)] == expected
    assert len(seen.texts) == 4


async def test_shapes_are_bounded(known: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_module, "MOST_SHAPES", 3)
    numbered = prepared(lambda _, number: sa.select(sa.literal(number).label("number")))
    for number in [1, 2, 3, 4, 4, 1]:
        assert [row.number for row in await numbered.all(known, None, number)] == [number]
    assert len(numbered.texts) == 3


async def test_statements_are_told_of_like_all_others(service: Service) -> None:
    database = service.app.state.database
    with service.statements() as ran:
        await prepared(lambda _: sa.select(sa.literal(1))).all(database)
        async with database.snapshot() as frozen:
            await prepared(lambda _: sa.select(sa.literal(2))).all(frozen)
    assert [text for text in ran if text in {"SELECT 1 AS anon_1", "SELECT 2 AS anon_1"}] == [
        "SELECT 1 AS anon_1",
        "SELECT 2 AS anon_1",
    ]


@pytest.mark.one_database
async def test_sqlite_finds_people_by_their_ids_and_parts_by_their_invitation(
    service: Service,
) -> None:
    """However many there are in an organization: only these are looked at."""
    database = service.app.state.database
    colleague = Actor(ActorKind.AGENT, new_id(), new_id(), supervised=())
    statements: dict[str, Prepared[Any]] = {
        "SEARCH agent USING INDEX sqlite_autoindex_agent_1 (id=?)": OF_ORGANIZATION,
        "SEARCH participant USING INDEX ix_participant_invitation_id (invitation_id=?)": BY_ID,
    }
    for step, statement in statements.items():
        text = statement.text(database.dialect, colleague, (), ("ids",))
        arguments = text.arguments({"ids": [new_id()]}, colleague)
        plan = await database.fetch(f"EXPLAIN QUERY PLAN {text.sql}", arguments)
        assert step in [row[3] for row in plan]
