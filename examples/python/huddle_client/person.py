"""Somebody who is signed in: asks and acts over HTTP, follows over WebSocket."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport

from huddle_client.documents import OPERATION
from huddle_client.resume import resume

Data = dict[str, Any]

ROOT = Path(__file__).resolve().parents[3]
HUDDLE = os.environ.get("HUDDLE", ".venv/bin/huddle")
ADDRESS = os.environ.get("HUDDLE_URL", "http://127.0.0.1:8000")


class Refused(Exception):
    """A mutation was refused; `codes` are those of the schema."""

    def __init__(self, errors: list[Data]) -> None:
        super().__init__(" ".join(error["message"] for error in errors))
        self.codes = [error["code"] for error in errors]


class Person:
    longest_wait = 30.0

    def __init__(self, key: str, address: str = ADDRESS) -> None:
        self.key = key
        self.address = address
        self.token = ""
        self.renewed = 0

    async def sign_in(self, seconds: int | None = None) -> Person:
        """`seconds` is how long the token is valid."""
        self.token = await token_of(self.key, seconds)
        return self

    async def ask(self, operation: str, **variables: Any) -> Any:
        """Return what stands under the first field of a query."""
        transport = AIOHTTPTransport(f"{self.address}/graphql", headers=self._authorization())
        request = GraphQLRequest(OPERATION[operation], variable_values=variables)
        async with Client(transport=transport) as session:
            answer: Data = await session.execute(request)
        return next(iter(answer.values()))

    async def do(self, operation: str, **input_: Any) -> Data:
        """Perform a mutation and return its payload, or raise what a person can act on."""
        payload: Data = await self.ask(operation, input=input_)
        if payload["errors"]:
            raise Refused(payload["errors"])
        return payload

    def follow(
        self, operation: str, start_over: Callable[[str], None] = print, **variables: Any
    ) -> AsyncGenerator[Data]:
        """Yield the events of a subscription, through lost connections and expired tokens."""
        return resume(self._connect, OPERATION[operation], variables, start_over, self.longest_wait)

    async def _connect(self, renew: bool) -> WebsocketsTransport:
        if renew:
            self.token = await token_of(self.key)
            self.renewed += 1
        return WebsocketsTransport(
            f"{self.address.replace('http', 'ws', 1)}/graphql",
            init_payload=self._authorization(),
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
            connect_timeout=5,
            ack_timeout=5,
            close_timeout=1,
            ping_interval=10,
            pong_timeout=5,
            connect_args={"proxy": None, "close_timeout": 1},
        )

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def token_of(key: str, seconds: int | None = None) -> str:
    """Return a token of somebody in the demonstration; a real client gets it where people sign in."""
    validity = [] if seconds is None else ["--ttl", str(seconds)]
    process = await asyncio.create_subprocess_exec(
        HUDDLE, "token", key, *validity, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    if process.returncode:
        raise LookupError(f"There is no token for {key}.")
    return printed.decode().strip()
