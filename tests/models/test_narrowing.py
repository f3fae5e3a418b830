"""What nobody looks at is not read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from domain.actors import Actor, ActorKind
from domain.ids import new_id
from models.database import Database, Query
from models.narrowing import Narrowed, narrows, needs_of
from models.prepared import prepared
from models.reading import Placed
from tests.api.asking import look
from tests.service import Service
from tests.steps import join, note

ASKER = Actor(ActorKind.AGENT, new_id(), new_id())
NOTES = "notes(last: 5) { nodes { text author { name } } }"
WHOLE = "notes(last: 5) { nodes { text topic version author { name email } } }"


@dataclass(frozen=True)
class PairView:
    one: int
    two: str
    three: str = "left out"


def pairs(*_: object) -> Query:
    return sa.select(sa.literal(1).label("one"), sa.literal("b").label("two"))


def narrowed(database: Database, wanted: set[str], *needs: str) -> Narrowed:
    return Narrowed(database, {PairView: frozenset(wanted)}, frozenset(needs))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUDDLE_COMPILED", "always")


async def test_a_view_has_what_is_looked_at_and_what_its_reader_needs(database: Database) -> None:
    statement = prepared(pairs, PairView)
    (view,) = await statement.all(narrowed(database, {"two"}), ASKER)
    assert vars(view) == {"two": "b"}
    assert view.three == "left out", "a default is of the class"
    (view,) = await statement.all(narrowed(database, {"two"}, "one"), ASKER)
    assert view == PairView(1, "b")
    (view,) = await statement.all(database, ASKER)
    assert view == PairView(1, "b"), "each choice of fields has a text of its own"


async def test_what_comes_after_the_view_stays(database: Database) -> None:
    statement = prepared(
        lambda asker: pairs().add_columns(sa.literal(3).label("key")), Placed(PairView, 2)
    )
    ((view, rest),) = await statement.all(narrowed(database, {"one"}), ASKER)
    assert (vars(view), rest) == ({"one": 1}, (3,))


async def test_other_views_are_whole(database: Database) -> None:
    reads = Narrowed(database, {int: frozenset()}, frozenset())
    assert await prepared(pairs, PairView).all(reads, ASKER) == [PairView(1, "b")]


def test_a_function_says_what_it_needs() -> None:
    assert needs_of(narrows("id")(lambda: None)) == ("id",)
    assert needs_of(lambda: None) is None


@pytest.mark.one_database
@pytest.mark.usefixtures("compiled")
async def test_an_operation_reads_the_columns_that_it_tells(service: Service) -> None:
    """In all of it: where a view is told twice, it has what either tells."""
    await join(service, "wang")
    await note(service, "lin", "One")
    for path, columns in {NOTES: False, WHOLE: True}.items():
        for _ in range(3):
            with service.statements() as ran:
                await look(service, "lin", path)
        text = "\n".join(ran)
        assert ("internal_note.topic" in text) is columns
        assert ("agent.email" in text) is columns
        assert "agent.name" in text
        assert "internal_note.about_message_id" not in text
