"""What is generated in docs/ is current, complete, and drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from domain.errors import Failure, UserErrorCode
from scripts.reference import advice
from scripts.reference.__main__ import files, stale
from scripts.reference.drawing import drawn, laid_out
from scripts.reference.lives import machines
from scripts.reference.lives.participants import LEAVING
from scripts.reference.machines import SERVICE, Machine, Step
from scripts.reference.markdown import filled, places
from scripts.reference.pages import generated
from scripts.reference.site import foreign
from tests.docs.blocks import ROOT, pages

pytestmark = pytest.mark.one_database

CIRCLE = Machine(
    "circle",
    "Circle",
    "",
    (
        Step("A", "B", "on", "somebody", "go"),
        Step("B", "C", "on", "somebody", "go"),
        Step("A", "C", "over", "somebody", "jump"),
        Step("C", "A", "back", SERVICE, ""),
    ),
)


def failure_codes(kind: type[Failure] = Failure) -> Iterator[str]:
    yield kind.code
    for child in kind.__subclasses__():
        yield from failure_codes(child)


def test_everything_generated_is_current() -> None:
    assert stale(files()) == []


def test_every_generated_place_is_on_one_page() -> None:
    found = [name for page in pages() for name in places(page.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(generated())


def test_a_place_is_filled_again_and_the_rest_is_kept() -> None:
    page = "before\n<!-- generated: x -->\nold\n<!-- end -->\nafter\n"
    once = filled(page, {"x": lambda: "new"})
    assert once == "before\n<!-- generated: x -->\n\nnew\n\n<!-- end -->\nafter\n"
    assert filled(once, {"x": lambda: "new"}) == once


def test_a_stale_file_is_found(tmp_path: Path) -> None:
    current, old, missing = (tmp_path / name for name in ("current", "old", "missing"))
    current.write_text("same")
    old.write_text("other")
    assert stale({current: "same", old: "same", missing: "same"}) == [old, missing]


def test_every_code_of_a_refusal_says_what_to_do() -> None:
    advised = [code for group in advice.REFUSALS.values() for code in group]
    assert sorted(advised) == sorted(UserErrorCode)


def test_every_code_of_a_failure_says_what_to_do() -> None:
    """Those of the tree, and those that the edge and the schema give by themselves."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("schema", "server")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )
    given = re.compile(r'"(GRAPHQL_[A-Z_]+|BAD_USER_INPUT|QUERY_TOO_COMPLEX|INTERNAL_[A-Z_]+)"')
    assert set(failure_codes()) | set(given.findall(text)) == set(advice.FAILURES)


def test_every_reason_for_leaving_is_drawn_or_said_to_be_unused() -> None:
    (machine,) = [each for each in machines() if each.name == "participant"]
    assert set(LEAVING) <= set(machine.states)
    assert set(machine.unused).isdisjoint(machine.states)


@pytest.mark.parametrize("machine", [*machines(), CIRCLE], ids=lambda machine: machine.name)
def test_a_drawing_is_svg_with_every_state_and_step(machine: Machine) -> None:
    root = ET.fromstring(drawn(machine))
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {*machine.states} <= {*texts}
    for step in machine.steps:
        assert any(step.label in (text or "") for text in texts), step


@pytest.mark.parametrize("machine", [*machines(), CIRCLE], ids=lambda machine: machine.name)
def test_nothing_in_a_drawing_overlaps(machine: Machine) -> None:
    boxes = laid_out(machine).boxes.values()
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)


def test_a_page_that_loads_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text('<a href="https://x.example">x</a><img src="a.svg">')
    assert list(foreign(tmp_path)) == []
    (tmp_path / "bad.html").write_text('<script src="https://x.example/a.js"></script>')
    assert list(foreign(tmp_path)) == ["bad.html: https://x.example/a.js"]
