"""Production demands what development makes for itself, and refuses what is for development."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import SECRET_FILE
from tests.cli.conftest import SECRET, Huddle

PRODUCTION = {
    "HUDDLE_ENV": "production",
    "HUDDLE_JWT_SECRET": SECRET,
    "HUDDLE_HOSTS": "huddle.example.com",
}


def test_it_demands_a_secret_and_reads_none_from_a_file(
    huddle: Huddle, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / SECRET_FILE).write_text("x" * 64)
    complaint = huddle("serve", HUDDLE_ENV="production", HUDDLE_DATABASE_URL=sqlite_url).complains()
    assert complaint == "HUDDLE_JWT_SECRET or HUDDLE_JWKS_URL must be set in production."


def test_it_makes_no_secret(huddle: Huddle, home: Path) -> None:
    huddle("serve", HUDDLE_ENV="production").complains()
    assert list(home.rglob(SECRET_FILE)) == []


def test_an_empty_secret_is_none(huddle: Huddle) -> None:
    complaint = huddle("serve", HUDDLE_ENV="production", HUDDLE_JWT_SECRET="").complains()
    assert "HUDDLE_JWT_SECRET" in complaint


@pytest.mark.parametrize(
    ("words", "what"),
    [(("serve", "--demo"), "--demo"), (("demo",), "The demo"), (("token", "lin"), "token")],
)
def test_it_refuses_what_is_for_development(
    huddle: Huddle, sqlite_url: str, words: tuple[str, ...], what: str
) -> None:
    complaint = huddle(*words, HUDDLE_DATABASE_URL=sqlite_url, **PRODUCTION).complains()
    assert complaint == f"{what} is for development; HUDDLE_ENV is production."


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"HUDDLE_HOSTS": ""}, "HUDDLE_HOSTS must name the hosts that production answers to."),
        (
            {"HUDDLE_FAULTS": "committed=0.1"},
            "HUDDLE_FAULTS lets processes die; it is not for production.",
        ),
        (
            {"HUDDLE_CORS_ORIGINS": "*"},
            "HUDDLE_CORS_ORIGINS=* opens production to every site; name yours.",
        ),
        (
            {"HUDDLE_JWT_SECRET": "", "HUDDLE_JWKS_URL": "http://id.example.com/keys"},
            "HUDDLE_JWKS_URL must be an https address.",
        ),
    ],
)
def test_it_refuses_to_be_open(huddle: Huddle, changed: dict[str, str], complaint: str) -> None:
    assert huddle("serve", **{**PRODUCTION, **changed}).complains() == complaint


def test_it_does_not_serve_demo_data(huddle: Huddle, demo_url: str) -> None:
    complaint = huddle("serve", HUDDLE_DATABASE_URL=demo_url, **PRODUCTION).complains()
    assert complaint == "This database holds demo data; production does not serve it."


def test_it_does_not_serve_a_database_that_is_not_migrated(huddle: Huddle, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    complaint = huddle("serve", HUDDLE_DATABASE_URL=url, **PRODUCTION).complains()
    assert complaint == "The database is not up to date; run `huddle migrate` first."


def test_migrate_works_there_without_a_secret(huddle: Huddle, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    ran = huddle("migrate", HUDDLE_ENV="production", HUDDLE_DATABASE_URL=url)
    assert ran.code == 0
