"""`huddle schema --diff`: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.build import sdl
from server import cli
from tests.cli.conftest import Huddle, home, huddle

__all__ = ["home", "huddle"]
pytestmark = pytest.mark.one_database


BUSY = '  """Connected and busy; can be invited."""\n  BUSY\n'
ALIASES = '  """How many aliases."""\n  aliases: Int!\n'


@pytest.mark.parametrize(
    ("old", "code", "head"),
    [
        (sdl(), 0, "Nothing changed"),
        (sdl().replace(ALIASES, ""), 0, "Safe: "),
        (sdl().replace(BUSY, ""), 3, "Dangerous: "),
        (sdl().replace("aliases: Int!", "names: Int!"), 4, "Breaking: "),
    ],
    ids=["nothing", "safe", "dangerous", "breaking"],
)
def test_the_worst_change_decides_how_it_ends(
    huddle: Huddle, home: Path, old: str, code: int, head: str
) -> None:
    (home / "old.graphql").write_text(old)
    ran = huddle("schema", "--diff", "old.graphql")
    assert (ran.code, ran.out[: len(head)]) == (code, head)


def test_it_writes_the_section_of_the_change_log(huddle: Huddle, home: Path) -> None:
    (home / "old.graphql").write_text(sdl().replace(ALIASES, ""))
    ran = huddle("schema", "--diff", "old.graphql", "--markdown")
    assert ran.out.startswith("### Safe: ")
    assert "* Field `ApiLimits.aliases` was added." in ran.out


def test_what_is_no_schema_is_said_in_a_sentence(huddle: Huddle, home: Path) -> None:
    (home / "old.graphql").write_text("# Nothing here\n")
    assert huddle("schema", "--diff", "old.graphql").complains().startswith("old.graphql is not")
    (home / "old.graphql").write_bytes(b"\xff\xfe")
    assert huddle("schema", "--diff", "old.graphql").complains().startswith("old.graphql is not")


def test_the_check_looks_at_deprecations_too(
    huddle: Huddle, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = f"{sdl()}\nextend type ApiLimits {{ old: Int @deprecated }}\n"
    monkeypatch.setattr("schema.build.sdl", lambda: planted)
    monkeypatch.setattr(cli, "_committed_schema", lambda: planted)
    assert "ApiLimits.old does not say when" in huddle("schema", "--check").complains()
