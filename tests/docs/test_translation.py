"""The Chinese README says what the English one says: the same code, tables, links and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from server.cli import app
from tests.docs.blocks import ROOT, blocks

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
COMMENT = re.compile(r"(^|\s{2,})# .*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"`([^`\n]+)`")

pytestmark = pytest.mark.one_database


def runnable(name: str) -> list[tuple[str, str]]:
    """Return the blocks with a language, without comments, which may be translated."""
    found = blocks(ROOT / name)
    return [(each.language, COMMENT.sub("", each.text)) for each in found if each.language]


def test_the_blocks_are_the_same_but_for_comments() -> None:
    assert runnable("README.zh.md") == runnable("README.md")


def test_both_draw_the_same_folders_and_all_are_there() -> None:
    drawn = []
    for page in (ENGLISH, CHINESE):
        (drawing,) = [block.text for block in blocks(page) if not block.language]
        drawn.append([line.split()[0] for line in drawing.splitlines()])
    assert drawn[0] == drawn[1]
    assert [name for name in drawn[0] if not (ROOT / name).is_dir()] == []


def test_headings_and_tables_correspond() -> None:
    marks = [
        [line.split(" ")[0] for line in page.read_text().splitlines() if re.match(r"#+ |\|", line)]
        for page in (ENGLISH, CHINESE)
    ]
    assert marks[0] == marks[1]


def test_tables_name_the_same_commands_and_settings() -> None:
    named = []
    for page in (ENGLISH, CHINESE):
        rows = [line for line in page.read_text().splitlines() if line.startswith("|")]
        named.append([CODE.findall(row.split("|")[1]) for row in rows])
    assert named[0] == named[1]


def test_the_table_names_every_command() -> None:
    """Test the English one; the Chinese names the same."""
    named = re.findall(r"^\| `([a-z ]+?)(?: [\[A-Z].*?)?` \|", ENGLISH.read_text(), re.MULTILINE)
    assert sorted(named) == sorted(_commands(get_command(app)))


def _commands(group: Any, *above: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, *above, name)
        else:
            yield " ".join([*above, name])


def test_both_lead_to_the_same_pages_and_to_each_other() -> None:
    english, chinese = ({*LINK.findall(page.read_text())} for page in (ENGLISH, CHINESE))
    pictures = {link for link in chinese if link.endswith("-zh.png")}
    assert all((ROOT / link).exists() for link in pictures)
    shown = {link.replace("-zh.png", "-en.png") for link in chinese}
    assert english - {"README.zh.md"} == shown - {"README.md"}
    assert "README.zh.md" in english
    assert "README.md" in chinese
