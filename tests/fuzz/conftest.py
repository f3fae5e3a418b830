"""A database for each play, and how many steps are played."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path

import pytest
import structlog

from tests.databases import Templates, at, run
from tests.world import World

STEPS = 120
Fresh = Callable[[], tuple[str, World]]


@pytest.fixture(autouse=True)
def hushed() -> Iterator[None]:
    """Leave out the line of each request: there are a hundred thousand of them."""
    errors_only = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=errors_only, cache_logger_on_first_use=False)
    yield
    structlog.reset_defaults()


@pytest.fixture
def steps() -> int:
    """How many steps are played on each database: STEPS in the environment says."""
    return int(os.environ.get("STEPS", STEPS))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Return a function that makes a database with a world in it; the one before is dropped."""
    templates: Templates = request.getfixturevalue(f"{request.param}_templates")
    if request.param == "sqlite":
        yield lambda: (_copied(templates, tmp_path), deepcopy(templates.world))
        return
    server: str = request.getfixturevalue("postgresql")
    numbers, made = count(1), list[str]()

    def create() -> tuple[str, World]:
        made.append(f"play_{next(numbers)}_{os.getpid()}")
        drop = [f"DROP DATABASE {name} WITH (FORCE)" for name in made[:-1]]
        copy = f"CREATE DATABASE {made[-1]} TEMPLATE {templates.inhabited} STRATEGY wal_log"
        run(server, *drop, copy)
        del made[:-1]
        return at(server, made[-1]), deepcopy(templates.world)

    yield create
    run(server, *(f"DROP DATABASE {name} WITH (FORCE)" for name in made))


def _copied(templates: Templates, folder: Path) -> str:
    for left in folder.glob("play.db*"):
        left.unlink()
    return f"sqlite:///{shutil.copyfile(templates.inhabited, folder / 'play.db')}"
