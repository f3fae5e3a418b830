"""The public keys of an identity provider (JWKS): fetched when needed, kept, and kept on while it is away."""

from __future__ import annotations

import asyncio
import time

import httpx
import structlog
from jwt import PyJWK, PyJWKSet

ALGORITHMS = ("RS256", "ES256")
FRESH_SECONDS = 300.0
STALE_SECONDS = 24 * 3600.0  # how long keys are believed while the provider is away
BETWEEN_FETCHES_SECONDS = 10.0  # made-up key ids must not become requests to the provider
FETCH_SECONDS = 5.0
LARGEST = 256 * 1024
RSA_BITS = 2048  # the least

log = structlog.get_logger()


class NoSuchKey(Exception):
    """No key of the provider has this id."""


class KeysAway(Exception):
    """No key can be had at all: nothing can be said of any token."""


class KeySet:
    """Finds a key by its id. A new id (the provider rotates) and old age lead to one fetch at a time."""

    def __init__(self, url: str, between_fetches: float = BETWEEN_FETCHES_SECONDS) -> None:
        self.url = url
        self.between_fetches = between_fetches
        self.keys: dict[str | None, PyJWK] = {}
        self.fetched_at = self.tried_at = float("-inf")
        self.refreshing: asyncio.Task[None] | None = None

    async def find(self, key_id: str | None) -> PyJWK:
        age = time.monotonic() - self.fetched_at
        if age > STALE_SECONDS or key_id not in self.keys:
            await self._refresh()
        elif age > FRESH_SECONDS:
            self._begin_refresh()  # nobody waits: the key is still good
        if time.monotonic() - self.fetched_at > STALE_SECONDS:
            raise KeysAway("Tokens cannot be checked at the moment; try again soon.")
        if key_id not in self.keys:
            raise NoSuchKey
        return self.keys[key_id]

    async def _refresh(self) -> None:
        self._begin_refresh()
        if self.refreshing is not None:
            await asyncio.shield(self.refreshing)

    def _begin_refresh(self) -> None:
        if self.refreshing is None and time.monotonic() - self.tried_at > self.between_fetches:
            self.refreshing = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        self.tried_at = time.monotonic()
        try:
            self.keys = _usable(PyJWKSet.from_json(await self._document()))
            self.fetched_at = time.monotonic()
        except Exception as problem:  # whatever came instead of keys
            log.warning("the keys of tokens cannot be fetched", problem=type(problem).__name__)
        finally:
            self.refreshing = None

    async def _document(self) -> str:
        """Read the document, in bounded time and size; a provider does not redirect."""
        async with (
            asyncio.timeout(FETCH_SECONDS),
            httpx.AsyncClient(timeout=FETCH_SECONDS) as client,
            client.stream("GET", self.url) as reply,
        ):
            reply.raise_for_status()
            body = b""
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise ValueError("the key document is too large")
            return body.decode()


def _strong(key: PyJWK) -> bool:
    """Tell whether an RSA key is long enough; curves are named by their algorithms."""
    return getattr(key.key, "key_size", RSA_BITS) >= RSA_BITS or key.key_type != "RSA"


def _usable(found: PyJWKSet) -> dict[str | None, PyJWK]:
    """Return the keys that sign as we accept it, by id; a lone key is found without one, too."""
    keys: dict[str | None, PyJWK] = {
        key.key_id: key
        for key in found.keys
        if key.algorithm_name in ALGORITHMS and key.public_key_use in {None, "sig"} and _strong(key)
    }
    if not keys:
        raise ValueError("no key signs as we accept it")
    if len(keys) == 1:
        keys[None] = next(iter(keys.values()))
    return keys
