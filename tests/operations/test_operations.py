"""Every document of operations/ is valid, commented, formatted, and runs; together they ask for the whole schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import FieldNode, parse, validate

from schema.build import schema
from server.playground import story
from tests.operations import plays
from tests.operations.documents import FILES, asked, canonical, fields_of, operations
from tests.service import Service

pytestmark = pytest.mark.one_database  # nothing here depends on which

CORE = schema._schema
WANTED_SHARE = 0.9


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_document_is_valid_and_says_when_to_use_it(file: Path) -> None:
    text = file.read_text()
    document = parse(text)
    assert validate(CORE, document) == []
    assert text.count("\n# ") + text.startswith("# ") == len(document.definitions)
    assert text == canonical(document)


def test_together_they_use_every_root_field() -> None:
    used = {
        (node.operation.value, field.name.value)
        for node in operations().values()
        for field in node.selection_set.selections
        if isinstance(field, FieldNode)
    }
    roots = {"query": CORE.query_type, "mutation": CORE.mutation_type}
    roots["subscription"] = CORE.subscription_type
    assert used == {(kind, name) for kind, root in roots.items() if root for name in root.fields}


def test_together_they_ask_for_nearly_every_field() -> None:
    every = fields_of(CORE)
    used = {field for node in operations().values() for field in asked(CORE, node)}
    left = sorted(f"{kind}.{name}" for kind, name in every - used)
    share = 1 - len(left) / len(every)
    print(f"{share:.1%} of {len(every)} fields; not asked for: {', '.join(left)}")
    assert share >= WANTED_SHARE


def test_each_has_its_place_in_the_story_of_the_playground() -> None:
    """Whoever adds a document adds a step to `operations/story.json`, with variables; `make browser` plays it."""
    chapters = story()["chapters"]
    steps = [step["operation"] for chapter in chapters for step in chapter["steps"]]
    assert set(steps) == operations().keys()
    for chapter in chapters:
        titles = [step["title"]["en"] for step in chapter["steps"]]
        assert len(set(titles)) == len(titles), "a document that comes again has another title"


def test_each_is_run_by_a_play() -> None:
    told = Path(plays.__file__).read_text()
    assert [name for name in operations() if f'"{name}"' not in told] == []


@pytest.mark.parametrize("play", plays.PLAYS, ids=lambda play: play.__name__)
async def test_a_play_runs(play: plays.Play, service: Service) -> None:
    await play(service)
