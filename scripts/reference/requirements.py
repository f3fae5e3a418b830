"""What the product promises, by number, and the tests that name each number."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from scripts.reference.markdown import code, table
from scripts.reference.published import ROOT

NAMED = re.compile(r"\bR(\d+)\b(?:-R(\d+)\b)?")
Proofs = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Promises:
    """`open` are the numbers that are not built yet."""

    sections: Mapping[str, Mapping[int, str]]
    open: frozenset[int]

    @property
    def lines(self) -> Mapping[int, str]:
        return {number: line for lines in self.sections.values() for number, line in lines.items()}


@cache
def promises() -> Promises:
    read = tomllib.loads((ROOT / "docs/requirements.toml").read_text(encoding="utf-8"))
    still_open = frozenset(read.pop("open"))
    sections = {
        title: {int(name.removeprefix("R")): line for name, line in lines.items()}
        for title, lines in read.items()
    }
    return Promises(sections, still_open)


def numbers(text: str) -> set[int]:
    """Return the numbers that a text names, a range like R10-R13 in full."""
    found = ((int(first), int(last or first)) for first, last in NAMED.findall(text))
    return {number for first, last in found for number in range(first, last + 1)}


@cache
def proofs() -> Proofs:
    """Return the files with tests that name each number."""
    found: dict[int, list[str]] = {}
    tests = ROOT / "tests"
    for path in sorted(tests.rglob("test_*.py")):
        if path.name == "test_requirements.py":
            continue  # its numbers are examples
        for number in numbers(path.read_text(encoding="utf-8")):
            found.setdefault(number, []).append(path.relative_to(tests).as_posix())
    return found


def complaints(promised: Promises, proven: Proofs) -> Iterator[str]:
    """Yield what is wrong: a built number without a test, a number that nothing promises."""
    for number in promised.lines:
        if number not in promised.open and number not in proven:
            yield f"No test names R{number}: {promised.lines[number]}"
    for number in sorted((proven.keys() | promised.open) - promised.lines.keys()):
        yield f"docs/requirements.toml does not say what R{number} is."


def requirements() -> str:
    """Every promise, section by section."""
    promised, parts = promises(), []
    for title, lines in promised.sections.items():
        rows = [[code(f"R{number}"), line, _state(number)] for number, line in lines.items()]
        parts += [f"## {title}", table(["", "what it does", "tests that name it"], rows)]
    return "\n\n".join(parts)


def _state(number: int) -> str:
    named = ", ".join(code(path) for path in proofs().get(number, []))
    if number in promises().open:
        return f"not built; in part {named}" if named else "not built"
    return named
