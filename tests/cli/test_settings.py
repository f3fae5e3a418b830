"""Settings: their defaults, what overrides them, and where the secret lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.rates import Rate, Rates
from execution.compiler import Compiling
from server.settings import SECRET_FILE, Settings, SettingsError, settings
from server.tokens import ClaimNames


def test_defaults() -> None:
    assert settings({}) == Settings(
        production=False,
        database_url="sqlite:///.huddle/huddle.db",
        jwt_secret=None,
        host="127.0.0.1",
        port=8000,
    )


EVERYTHING = {
    "HUDDLE_ENV": "production",
    "HUDDLE_DATABASE_URL": "postgresql://db/huddle",
    "HUDDLE_HOST": "0.0.0.0",
    "HUDDLE_PORT": "9000",
    "HUDDLE_JWKS_URL": "https://id.example.com/keys",
    "HUDDLE_JWT_ISSUER": "https://id.example.com/",
    "HUDDLE_JWT_AUDIENCE": "agents",
    "HUDDLE_JWT_CLAIMS": "kind=https://example.com/kind, subject=agent",
    "HUDDLE_HOSTS": "huddle.example.com, *.internal",
    "HUDDLE_PROXIES": "10.0.0.7",
    "HUDDLE_CORS_ORIGINS": "https://desk.example.com/",
    "HUDDLE_GET": "on",
    "HUDDLE_PLAYGROUND": "on",
    "HUDDLE_METRICS": "off",
    "HUDDLE_DOCUMENTS": "documents.json",
    "HUDDLE_TRUSTED_DOCUMENTS": "only",
    "HUDDLE_RATES": "query 5/s burst 10, mutation 1/s burst 2",
    "HUDDLE_RATES_URL": "redis://localhost/0",
    "HUDDLE_BROADCAST_URL": "postgresql://db/huddle",
    "HUDDLE_RETENTION_DAYS": "90",
    "HUDDLE_LOG": "text",
    "HUDDLE_TRACES": "on",
    "HUDDLE_COMPILED": "always",
}


def test_everything_can_be_set() -> None:
    assert settings(EVERYTHING) == Settings(
        production=True,
        database_url="postgresql://db/huddle",
        host="0.0.0.0",
        port=9000,
        jwks_url="https://id.example.com/keys",
        jwt_issuer="https://id.example.com/",
        jwt_audience="agents",
        jwt_claims=ClaimNames("agent", "https://example.com/kind"),
        hosts=("huddle.example.com", "*.internal"),
        proxies=("10.0.0.7",),
        origins=("https://desk.example.com",),
        by_get=True,
        playground=True,
        metrics=False,
        documents=Path("documents.json"),
        only_trusted_documents=True,
        rates=Rates(Rate(5, 10), Rate(1, 2)),
        rates_url="redis://localhost/0",
        broadcast_url="postgresql://db/huddle",
        retention_days=90,
        json_log=False,
        traces=True,
        compiled=Compiling.ALWAYS,
    )


def test_production_is_closed_unless_said() -> None:
    chosen = settings({"HUDDLE_ENV": "production"})
    assert not any([chosen.by_get, chosen.playground, chosen.hosts, chosen.origins])
    assert chosen.json_log


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GET", "yes"),
        ("PLAYGROUND", "true"),
        ("TRUSTED_DOCUMENTS", "all"),
        ("TRUSTED_DOCUMENTS", "only"),
        ("RATES", "query 10/s"),
        ("RATES", "query 0/s burst 5"),
        ("RATES", "query 10/s burst 5"),
        ("RATES", "everything 10/s burst 50"),
        ("RATES_URL", "http://localhost"),
        ("BROADCAST_URL", "kafka://db"),
        ("FAULTS", "lunch=0.1"),
        ("FAULTS", "begun=often"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "a month"),
        ("LOG", "xml"),
        ("COMPILED", "sometimes"),
        ("JWKS_URL", "ftp://id.example.com"),
        ("JWT_CLAIMS", "kind"),
        ("JWT_CLAIMS", "role=admin"),
        ("JWT_SECRET", "short"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"HUDDLE_{name}"):
        settings({f"HUDDLE_{name}": value})


def test_tokens_are_believed_from_one_source_only() -> None:
    both = {"HUDDLE_JWT_SECRET": "s" * 32, "HUDDLE_JWKS_URL": "https://id.example.com/keys"}
    with pytest.raises(SettingsError, match="not both"):
        settings(both)


def test_a_secret_is_not_shown() -> None:
    assert "canary" not in repr(settings({"HUDDLE_JWT_SECRET": "canary" * 8}))


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


def test_production_takes_no_secret_of_development(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'huddle.db'}"
    secret = settings({"HUDDLE_DATABASE_URL": url}).signing_secret()
    copied = {"HUDDLE_ENV": "production", "HUDDLE_HOSTS": "a.example", "HUDDLE_JWT_SECRET": secret}
    with pytest.raises(SettingsError, match="of development"):
        settings(copied).check_to_serve()


def test_production_names_its_hosts() -> None:
    open_ = {"HUDDLE_ENV": "production", "HUDDLE_HOSTS": "*", "HUDDLE_JWT_SECRET": "s" * 40}
    with pytest.raises(SettingsError, match="HUDDLE_HOSTS"):
        settings(open_).check_to_serve()
