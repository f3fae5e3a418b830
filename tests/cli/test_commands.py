"""What each command prints, and on which of the two outputs."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from server import cli
from server.settings import SECRET_FILE
from server.tokens import ALGORITHM, AUDIENCE, verify
from tests.cli.conftest import Huddle

KEYS = {"lin", "wang", "zhao", "mei", "admin", "customer", "other", "integration"}


def test_help_names_every_command(huddle: Huddle) -> None:
    ran = huddle("--help")
    assert ran.code == 0
    for command in ("serve", "migrate", "doctor", "demo", "token", "schema"):
        assert command in ran.out


def test_without_a_command_the_help_is_shown(huddle: Huddle) -> None:
    ran = huddle()
    assert ran.code == 2
    assert "migrate" in ran.out + ran.err


@pytest.mark.parametrize("command", ["serve", "migrate", "demo", "token", "schema"])
def test_every_command_explains_itself(huddle: Huddle, command: str) -> None:
    ran = huddle(command, "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_migrate_may_be_repeated(huddle: Huddle, home: Path) -> None:
    for _ in range(2):
        ran = huddle("migrate")
        assert (ran.code, ran.out) == (0, "The database is up to date.\n")
    assert (home / ".huddle" / "huddle.db").exists()


def test_demo_loads_once_and_lists_its_people(huddle: Huddle) -> None:
    first, second = huddle("demo"), huddle("demo")
    assert first.code == second.code == 0
    assert "Loading" in first.err
    assert second.err == ""
    assert first.out == second.out
    assert {line.split()[0] for line in first.out.splitlines()} >= KEYS


def test_token_prints_the_token_and_nothing_else(huddle: Huddle, home: Path) -> None:
    ran = huddle("token", "lin")
    assert ran.code == 0
    (token,) = ran.out.splitlines()
    claims = verify((home / ".huddle" / SECRET_FILE).read_text(), token)
    assert claims.conversation_id is None


def test_a_customers_token_names_one_conversation(
    huddle: Huddle, demo_url: str, tmp_path: Path
) -> None:
    ran = huddle("token", "customer", HUDDLE_DATABASE_URL=demo_url)
    claims = verify((tmp_path / SECRET_FILE).read_text(), ran.out.strip())
    assert claims.conversation_id is not None


def test_a_token_lasts_as_long_as_was_asked(huddle: Huddle, demo_url: str, tmp_path: Path) -> None:
    ran = huddle("token", "lin", "--ttl", "90", HUDDLE_DATABASE_URL=demo_url)
    secret = (tmp_path / SECRET_FILE).read_text()
    said = jwt.decode(ran.out.strip(), secret, [ALGORITHM], audience=AUDIENCE)
    assert timedelta(seconds=said["exp"] - said["iat"]) == timedelta(seconds=90)


@pytest.mark.parametrize("seconds", ["0", "-1", "31536001", "9" * 20])
def test_a_token_lasts_a_second_to_a_year(huddle: Huddle, demo_url: str, seconds: str) -> None:
    ran = huddle("token", "lin", "--ttl", seconds, HUDDLE_DATABASE_URL=demo_url)
    assert (ran.code, ran.out) == (2, "")


def test_nobody_by_that_key(huddle: Huddle, demo_url: str) -> None:
    complaint = huddle("token", "nobody", HUDDLE_DATABASE_URL=demo_url).complains()
    assert complaint == "Nobody in the demo has the key nobody; `huddle demo` lists the keys."


def test_the_development_secret_is_made_once_for_its_owner_alone(
    huddle: Huddle, demo_url: str, tmp_path: Path
) -> None:
    path = tmp_path / SECRET_FILE
    huddle("token", "lin", HUDDLE_DATABASE_URL=demo_url)
    made = path.read_text()
    huddle("token", "wang", HUDDLE_DATABASE_URL=demo_url)
    assert path.read_text() == made
    assert len(made) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_given_secret_signs_and_none_is_made(
    huddle: Huddle, demo_url: str, tmp_path: Path
) -> None:
    secret = "a secret of my own, long enough to be one"
    ran = huddle("token", "lin", HUDDLE_DATABASE_URL=demo_url, HUDDLE_JWT_SECRET=secret)
    assert verify(secret, ran.out.strip())
    assert not (tmp_path / SECRET_FILE).exists()


def test_schema_prints_the_committed_schema(huddle: Huddle) -> None:
    ran = huddle("schema")
    committed = Path(cli.__file__).parent.parent / "schema.graphql"
    assert ran.code == 0
    assert ran.out == committed.read_text(encoding="utf-8")


def test_schema_check_says_that_the_file_is_current(huddle: Huddle) -> None:
    ran = huddle("schema", "--check")
    assert (ran.code, ran.out) == (0, "schema.graphql is current.\n")


def test_schema_check_fails_when_the_file_is_not(
    huddle: Huddle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_committed_schema", lambda: "type Query { old: Int }\n")
    complaint = huddle("schema", "--check").complains()
    assert complaint == "schema.graphql is not current; run `huddle schema > schema.graphql`."
