"""An identity provider of the tests' own: it publishes keys at an address, signs tokens, and fails when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import UUID

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from domain.actors import ActorKind
from models.database import Database
from server import authentication
from server.keys import KeySet
from tests.cli.test_tokens import said
from tests.edge.kit import running
from tests.service import Data, Person, Service
from tests.world import World

WHO = "{ viewer { agent { name } } }"
Algorithm = Literal["RS256", "ES256"]


@dataclass(frozen=True)
class Signer:
    """A key pair of the provider's. Making a pair takes its time, so that each is made once."""

    id: str
    algorithm: Algorithm = "RS256"

    @property
    def pair(self) -> Any:
        return _pair(self.id, self.algorithm)

    @property
    def published(self) -> Data:
        kind = RSAAlgorithm if self.algorithm == "RS256" else ECAlgorithm
        public = kind.to_jwk(self.pair.public_key(), as_dict=True)
        return {**public, "kid": self.id, "alg": self.algorithm, "use": "sig"}

    def sign(self, **claims: Any) -> str:
        """Return a token of this key that says what is needed, and these claims."""
        return jwt.encode(said(**claims), self.pair, self.algorithm, {"kid": self.id})


@cache
def _pair(_id: str, algorithm: Algorithm) -> Any:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


OLD, NEW = Signer("old"), Signer("new")
CURVE = Signer("curve", "ES256")
FORGED = Signer("forged")


@dataclass
class Provider:
    """`document` is sent instead of the keys when set; `status` and `silent` are ways to fail."""

    url: str = ""
    keys: list[Data] = field(default_factory=lambda: [OLD.published])
    document: bytes | None = None
    status: int = 200
    silent: bool = False
    fetches: int = 0

    def publish(self, *signers: Signer) -> None:
        self.keys = [signer.published for signer in signers]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.fetches += 1
        with suppress(asyncio.IncompleteReadError):  # whoever gave up says nothing more
            await reader.readuntil(b"\r\n\r\n")
        body = orjson.dumps({"keys": self.keys}) if self.document is None else self.document
        head = f"HTTP/1.1 {self.status} X\r\nLocation: /\r\nContent-Length: {len(body)}\r\n\r\n"
        if self.silent:
            await reader.read()  # until the client gives up
        else:
            writer.write(head.encode() + body)
        writer.close()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with await asyncio.start_server(made.answer, "127.0.0.1", 0) as server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"
        yield made


@dataclass
class Trusting(Service):
    """A service that believes the provider; its people have tokens of `signer`. `keys` are those it knows."""

    signer: Signer = OLD
    keys: KeySet = field(default_factory=lambda: KeySet(""))

    def agent(self, key: str) -> Person:
        return self.bearing(self.signer.sign(sub=str(self.world.agents[key])))

    def customer(self, key: str = "customer", conversation: UUID | None = None) -> Person:
        named = str(conversation or self.world.conversation)
        kind, id_ = ActorKind.CUSTOMER, str(self.world.customers[key])
        return self.bearing(self.signer.sign(kind=kind, sub=id_, conversation=named))

    def integration(self) -> Person:
        kind, id_ = ActorKind.INTEGRATION, str(self.world.integration)
        return self.bearing(self.signer.sign(kind=kind, sub=id_))

    def bearing(self, token: str) -> Person:
        return Person(self, token)

    def later(self, seconds: float) -> None:
        """Let time go by for the keys."""
        self.keys.fetched_at -= seconds
        self.keys.tried_at -= seconds


@asynccontextmanager
async def trusting_in(
    provider: Provider, database: Database, world: World, **changed: Any
) -> AsyncIterator[Trusting]:
    """Run a service that believes the provider, with more settings of its own."""
    kept = KeySet(provider.url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setattr(authentication, "KeySet", lambda url: kept)
        async with running(database, world, jwks_url=provider.url, **changed) as service:
            yield Trusting(**vars(service), keys=kept)


@pytest.fixture
async def trusting(provider: Provider, database: Database, world: World) -> AsyncIterator[Trusting]:
    async with trusting_in(provider, database, world) as service:
        yield service


async def status_of(person: Person) -> int:
    """Return the HTTP status that somebody gets for a harmless question."""
    headers = {"Authorization": f"Bearer {person.token}"}
    reply = await person.service.http.post("/graphql", headers=headers, json={"query": WHO})
    return reply.status_code


async def name_of(person: Person) -> str:
    name: str = (await person.run(WHO))["viewer"]["agent"]["name"]
    return name


async def statuses(trusting: Trusting, *signers: Signer) -> list[int]:
    """Return what Lin gets with a token of each key."""
    sub = str(trusting.world.agents["lin"])
    return [await status_of(trusting.bearing(each.sign(sub=sub))) for each in signers]
