"""Settings: `HUDDLE_*` variables, read once, each with a type and a default."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from domain.rates import RATES, Rates, read_rates
from domain.retention import MOST_DAYS
from execution.compiler import Compiling
from models.faults import read_points
from server.tokens import CLAIM_NAMES, ClaimNames, read_claim_names
from subscriptions.line import KINDS

T = TypeVar("T")

HOME = Path(".huddle")
DEVELOPMENT = "development-"  # what secrets begin with that production does not take
SECRET_FILE = "development-secret"  # noqa: S105  # its name, not the secret
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class SettingsError(Exception):
    """A setting is wrong or missing; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """`hosts` and `origins` are whom the process answers to; in development loopback names are added."""

    production: bool = False
    database_url: str = f"sqlite:///{HOME / 'huddle.db'}"
    host: str = "127.0.0.1"
    port: int = 8000
    jwt_secret: str | None = field(default=None, repr=False)
    jwks_url: str | None = None
    jwt_issuer: str = "huddle"
    jwt_audience: str = "huddle"
    jwt_claims: ClaimNames = CLAIM_NAMES
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    by_get: bool = True
    playground: bool = True
    metrics: bool = True
    documents: Path | None = None
    only_trusted_documents: bool = False
    rates: Rates | None = RATES
    rates_url: str | None = field(default=None, repr=False)
    broadcast_url: str | None = field(default=None, repr=False)
    retention_days: int = MOST_DAYS
    json_log: bool = False
    traces: bool = False
    faults: Mapping[str, float] = field(default_factory=dict)
    compiled: Compiling = Compiling.ON

    def at(self, host: str | None, port: int | None) -> Settings:
        """Return the settings with another place to listen, where one is given."""
        return replace(self, host=host or self.host, port=port or self.port)

    @property
    def home(self) -> Path:
        """The folder of the embedded database; of another database, a folder here."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path).parent if scheme == "sqlite" and path else HOME

    def check_to_serve(self) -> None:
        """Refuse to serve production with what is for development."""
        if not self.jwks_url:
            self.signing_secret()
        if self.production and "*" in self.origins:
            raise SettingsError("HUDDLE_CORS_ORIGINS=* opens production to every site; name yours.")
        if self.production and self.faults:
            raise SettingsError("HUDDLE_FAULTS lets processes die; it is not for production.")
        if self.production and (not self.hosts or "*" in self.hosts):
            raise SettingsError("HUDDLE_HOSTS must name the hosts that production answers to.")

    def signing_secret(self) -> str:
        """Return the secret that signs tokens: in development a random one that lies beside the database."""
        if self.jwks_url:
            raise SettingsError("Tokens come from the identity provider of HUDDLE_JWKS_URL.")
        if self.production and (self.jwt_secret or "").startswith(DEVELOPMENT):
            raise SettingsError("HUDDLE_JWT_SECRET is one of development; make another.")
        if self.jwt_secret:
            return self.jwt_secret
        if self.production:
            raise SettingsError("HUDDLE_JWT_SECRET or HUDDLE_JWKS_URL must be set in production.")
        return _development_secret(self.home / SECRET_FILE)


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, or say in one sentence what is wrong with them."""
    read = _Reader(environment)
    production = read("ENV", _environment, False)
    chosen = Settings(
        production=production,
        database_url=read("DATABASE_URL", str, Settings.database_url),
        host=read("HOST", str, Settings.host),
        port=_port(environment.get("HUDDLE_PORT") or environment.get("PORT") or "8000"),
        jwt_secret=read("JWT_SECRET", _secret, None),
        jwks_url=read("JWKS_URL", _jwks_url(production), None),
        jwt_issuer=read("JWT_ISSUER", str, Settings.jwt_issuer),
        jwt_audience=read("JWT_AUDIENCE", str, Settings.jwt_audience),
        jwt_claims=read("JWT_CLAIMS", read_claim_names, Settings.jwt_claims),
        hosts=read("HOSTS", _names, ()),
        proxies=read("PROXIES", _names, ()),
        origins=read("CORS_ORIGINS", _names, ()),
        by_get=read("GET", _switch, not production),
        playground=read("PLAYGROUND", _switch, not production),
        metrics=read("METRICS", _switch, True),
        documents=read("DOCUMENTS", Path, None),
        only_trusted_documents=read("TRUSTED_DOCUMENTS", _only, False),
        rates=read("RATES", read_rates, Settings.rates),
        rates_url=read("RATES_URL", _redis_url, None),
        broadcast_url=read("BROADCAST_URL", _line_url, None),
        retention_days=read("RETENTION_DAYS", _days, MOST_DAYS),
        json_log=read("LOG", _is_json, production),
        traces=read("TRACES", _switch, False),
        faults=read("FAULTS", read_points, {}),
        compiled=read("COMPILED", _compiling, Compiling.ON),
    )
    _check_together(chosen)
    return chosen


class _Reader:
    """Reads one variable at a time; an empty one is as good as none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def __call__(self, name: str, read: Callable[[str], T], default: T) -> T:
        text = self.environment.get(f"HUDDLE_{name}")
        if not text:
            return default
        try:
            return read(text)
        except ValueError as problem:
            raise SettingsError(f"HUDDLE_{name} {problem}") from problem


def _check_together(chosen: Settings) -> None:
    """Refuse what is wrong only together with other settings."""
    if chosen.jwks_url and chosen.jwt_secret:
        raise SettingsError("Set HUDDLE_JWT_SECRET or HUDDLE_JWKS_URL, not both.")
    if chosen.only_trusted_documents and not chosen.documents:
        raise SettingsError("HUDDLE_TRUSTED_DOCUMENTS=only needs HUDDLE_DOCUMENTS, the registry.")


def _environment(text: str) -> bool:
    if text not in {"development", "production"}:
        raise ValueError(f"is development or production, not {text}.")
    return text == "production"


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters.")
    return text


def _jwks_url(production: bool) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts = urlsplit(text)
        local = f"[{parts.hostname}]" in LOOPBACK or parts.hostname in LOOPBACK
        if parts.scheme == "https" or (parts.scheme == "http" and (local or not production)):
            return text
        raise ValueError("must be an https address.")

    return read


def _redis_url(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must be a redis:// address.")
    return text


def _line_url(text: str) -> str:
    if urlsplit(text).scheme not in {"memory", *KINDS}:
        raise ValueError("is memory://, a redis:// or a postgresql:// address.")
    return text


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= 36_500:
        raise ValueError(f"is a number of days from 1 to 36500, not {text}.")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().rstrip("/") for name in text.split(",") if name.strip())


def _compiling(text: str) -> Compiling:
    if text not in set(Compiling):
        raise ValueError("must be on, off or always.")
    return Compiling(text)


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise ValueError(f"is on or off, not {text}.")
    return text == "on"


def _only(text: str) -> bool:
    if text not in {"only", "also"}:
        raise ValueError(f"is only or also, not {text}.")
    return text == "only"


def _is_json(text: str) -> bool:
    if text not in {"json", "text"}:
        raise ValueError(f"is json or text, not {text}.")
    return text == "json"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT is a number from 1 to 65535, not {text}.")
    return int(text)


def _development_secret(path: Path) -> str:
    """Read the secret, or make it for its owner's eyes only; of several makers the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(DEVELOPMENT + secrets.token_urlsafe(48))
    return path.read_text().strip()
