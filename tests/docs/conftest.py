"""A demonstration that serves, and the shell of somebody who reads a page beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import demo_template, demo_url
from tests.cli.process import Process, running
from tests.docs.blocks import ROOT
from tests.docs.shell import Shell
from tests.docs.stage import Stage, tokens_of

__all__ = ["demo_template", "demo_url"]

SECRET = "a secret for the pages only, long enough"

# The command itself, but each token is made once: that takes a second, and pages ask for the same ones often.
ONCE = """#!/usr/bin/env bash
set -e
made="{tokens}/$(echo "$*" | tr " " _)"
if [ "$1" != token ]; then exec {huddle} "$@"; fi
if [ ! -e "$made" ]; then {huddle} "$@" >"$made"; fi
cat "$made"
"""


@pytest.fixture
def process(tmp_path: Path, demo_url: str) -> Iterator[Process]:
    settings = {"HUDDLE_DATABASE_URL": demo_url, "HUDDLE_JWT_SECRET": SECRET}
    with running(Process(tmp_path, "--demo", **settings)) as ready:
        yield ready


@pytest.fixture
def stage(process: Process, demo_url: str) -> Stage:
    stage = Stage(process.address, tokens_of(demo_url, SECRET))
    stage.prepare()
    return stage


@pytest.fixture
def shell(process: Process, demo_url: str, tmp_path: Path) -> Shell:
    """A folder that looks like the checkout, where blocks may leave what they make."""
    folder, tools = tmp_path / "checkout", Path(sys.executable).parent
    commands = folder / ".venv/bin"
    commands.mkdir(parents=True)
    _script(commands / "python", f'#!/bin/sh\nexec {tools / "python"} "$@"\n')
    _script(commands / "huddle", ONCE.format(huddle=tools / "huddle", tokens=tmp_path))
    (folder / "operations").symlink_to(ROOT / "operations")
    found = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return Shell(
        folder,
        {
            **found,
            "PATH": f"{commands}:{tools}:{os.environ['PATH']}",
            "PORT": str(process.port),
            "HUDDLE_DATABASE_URL": demo_url,
            "HUDDLE_JWT_SECRET": SECRET,
            "no_proxy": "127.0.0.1",
        },
    )


def _script(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
