"""The command line as somebody uses it: in an empty folder, with an environment of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from tests.databases import Templates

SECRET = "a production secret, long enough for all"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def complains(self) -> str:
        """Return its complaint: one sentence, without a traceback, and a code that says failure."""
        assert self.code == 1, self
        assert self.out == "", self
        (line,) = self.err.splitlines()
        assert line.startswith("huddle: "), self
        return line.removeprefix("huddle: ")


Huddle = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and no settings from outside."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in os.environ:
        if name.startswith("HUDDLE_") or name == "PORT":
            monkeypatch.delenv(name)
    return folder


@pytest.fixture
def huddle(home: Path) -> Huddle:
    """Run the command in this process, with settings as keywords."""

    def run(*words: str, **settings: str) -> Ran:
        result = CliRunner().invoke(app, words, env=settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def demo_template(sqlite_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    path = shutil.copyfile(sqlite_templates.empty, folder / "huddle.db")
    settings = {"HUDDLE_DATABASE_URL": f"sqlite:///{path}"}
    assert CliRunner().invoke(app, ["demo"], env=settings).exit_code == 0
    return path


@pytest.fixture
def demo_url(demo_template: Path, tmp_path: Path) -> str:
    """A database that holds the demo."""
    return f"sqlite:///{shutil.copyfile(demo_template, tmp_path / 'demo.db')}"
