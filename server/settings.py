"""Settings: `HUDDLE_*` variables, read once, each with a type and a default."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HOME = Path(".huddle")
SECRET_FILE = "development-secret"  # noqa: S105  # its name, not the secret


class SettingsError(Exception):
    """A setting is wrong or missing; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    production: bool
    database_url: str
    jwt_secret: str | None
    host: str
    port: int

    def at(self, host: str | None, port: int | None) -> Settings:
        """Return the settings with another place to listen, where one is given."""
        return replace(self, host=host or self.host, port=port or self.port)

    @property
    def home(self) -> Path:
        """The folder of the embedded database; of another database, a folder here."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path).parent if scheme == "sqlite" and path else HOME

    def signing_secret(self) -> str:
        """Return the secret that signs tokens: in development a random one that lies beside the database."""
        if self.jwt_secret:
            return self.jwt_secret
        if self.production:
            raise SettingsError("HUDDLE_JWT_SECRET must be set in production.")
        return _development_secret(self.home / SECRET_FILE)


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    name = environment.get("HUDDLE_ENV", "development")
    if name not in {"development", "production"}:
        raise SettingsError(f"HUDDLE_ENV is development or production, not {name}.")
    secret = environment.get("HUDDLE_JWT_SECRET")
    if secret is not None and len(secret) < 32:
        raise SettingsError("HUDDLE_JWT_SECRET must have at least 32 characters.")
    return Settings(
        production=name == "production",
        database_url=environment.get("HUDDLE_DATABASE_URL") or f"sqlite:///{HOME / 'huddle.db'}",
        jwt_secret=secret,
        host=environment.get("HUDDLE_HOST", "127.0.0.1"),
        port=_port(environment.get("HUDDLE_PORT") or environment.get("PORT") or "8000"),
    )


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
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
