"""What is wrong is said in one sentence: no traceback, no password, and a code that tells of failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Huddle

PASSWORD = "hunter2hunter2"


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_an_unknown_environment(huddle: Huddle, command: str) -> None:
    complaint = huddle(command, HUDDLE_ENV="staging").complains()
    assert complaint == "HUDDLE_ENV is development or production, not staging."


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.5", "²"])
def test_a_port_that_is_none(huddle: Huddle, port: str) -> None:
    for setting in ("PORT", "HUDDLE_PORT"):
        complaint = huddle("serve", **{setting: port}).complains()
        assert complaint == f"PORT is a number from 1 to 65535, not {port}."


def test_a_secret_that_is_too_short(huddle: Huddle) -> None:
    complaint = huddle("serve", HUDDLE_JWT_SECRET="short").complains()
    assert complaint == "HUDDLE_JWT_SECRET must have at least 32 characters."


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://huddle:{PASSWORD}@localhost/huddle",
        f"postgres://huddle:{PASSWORD}@localhost/huddle",
        f"postgresql://huddle:{PASSWORD}@localhost:port/huddle",
        f"huddle:{PASSWORD}@localhost",
        "nonsense",
        "://",
    ],
)
@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_an_address_of_no_database(huddle: Huddle, command: str, url: str) -> None:
    complaint = huddle(command, HUDDLE_DATABASE_URL=url).complains()
    assert "HUDDLE_DATABASE_URL" in complaint
    assert PASSWORD not in complaint


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://huddle:{PASSWORD}@127.0.0.1:1/huddle",
        f"postgresql://huddle:{PASSWORD}@huddle.invalid/huddle",
    ],
)
def test_a_database_out_of_reach(huddle: Huddle, url: str) -> None:
    ran = huddle("migrate", HUDDLE_DATABASE_URL=url)
    assert PASSWORD not in ran.err
    assert _after_progress(ran.err).startswith("huddle: The database cannot be used: ")
    assert ran.code == 1


def test_a_postgresql_database_that_is_not_there(huddle: Huddle, postgresql: str) -> None:
    ran = huddle("migrate", HUDDLE_DATABASE_URL=postgresql.replace("/postgres?", "/missing?"))
    assert "missing" in _after_progress(ran.err)
    assert ran.code == 1


def test_a_file_that_is_no_database(huddle: Huddle, home: Path) -> None:
    (home / "letter.txt").write_text("Dear Grace, " * 100)
    ran = huddle("migrate", HUDDLE_DATABASE_URL=f"sqlite:///{home / 'letter.txt'}")
    assert "not a database" in _after_progress(ran.err)
    assert ran.code == 1


def test_a_folder_that_cannot_be_made(huddle: Huddle, home: Path) -> None:
    (home / "file").touch()
    complaint = huddle(
        "migrate", HUDDLE_DATABASE_URL=f"sqlite:///{home / 'file' / 'huddle.db'}"
    ).complains()
    assert complaint.startswith("The database cannot be used: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours(huddle: Huddle, home: Path) -> None:
    home.chmod(0o500)
    complaint = huddle("migrate").complains()
    assert complaint.startswith("The database cannot be used: ")


def _after_progress(err: str) -> str:
    """Return the complaint, which may come after a line that tells of progress."""
    *progress, complaint = err.splitlines()
    assert progress in ([], ["Migrating ..."])
    return complaint
