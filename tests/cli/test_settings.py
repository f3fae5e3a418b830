"""Settings: their defaults, what overrides them, and where the secret lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import SECRET_FILE, Settings, SettingsError, settings


def test_defaults() -> None:
    assert settings({}) == Settings(
        production=False,
        database_url="sqlite:///.huddle/huddle.db",
        jwt_secret=None,
        host="127.0.0.1",
        port=8000,
    )


def test_everything_can_be_set() -> None:
    environment = {
        "HUDDLE_ENV": "production",
        "HUDDLE_DATABASE_URL": "postgresql://db/huddle",
        "HUDDLE_JWT_SECRET": "s" * 32,
        "HUDDLE_HOST": "0.0.0.0",
        "HUDDLE_PORT": "9000",
    }
    expected = Settings(True, "postgresql://db/huddle", "s" * 32, "0.0.0.0", 9000)
    assert settings(environment) == expected


def test_the_port_of_the_platform_gives_way_to_ours() -> None:
    assert settings({"PORT": "7000"}).port == 7000
    assert settings({"PORT": "7000", "HUDDLE_PORT": "7001"}).port == 7001


def test_options_override_settings() -> None:
    chosen = settings({"PORT": "7000"})
    assert chosen.at(None, None) == chosen
    assert (chosen.at("::1", 7002).host, chosen.at("::1", 7002).port) == ("::1", 7002)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("sqlite:///data/huddle.db", "data"),
        ("sqlite:////srv/data/huddle.db", "/srv/data"),
        ("postgresql://db/huddle", ".huddle"),
    ],
)
def test_the_folder_of_the_database(url: str, home: str) -> None:
    assert settings({"HUDDLE_DATABASE_URL": url}).home == Path(home)


def test_the_secret_of_development_is_the_same_the_next_time(tmp_path: Path) -> None:
    chosen = settings({"HUDDLE_DATABASE_URL": f"sqlite:///{tmp_path / 'deep' / 'huddle.db'}"})
    secret = chosen.signing_secret()
    assert chosen.signing_secret() == secret
    assert (tmp_path / "deep" / SECRET_FILE).read_text() == secret


def test_production_has_no_secret_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'huddle.db'}"
    chosen = settings({"HUDDLE_ENV": "production", "HUDDLE_DATABASE_URL": url})
    with pytest.raises(SettingsError):
        chosen.signing_secret()
    assert list(tmp_path.iterdir()) == []
