"""People with real clients: queries and mutations over HTTP, subscriptions over WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from scripts.story.telling import Unexpected, expect, say

Data = dict[str, Any]
PATIENCE_SECONDS = 8.0


@dataclass
class Person:
    name: str
    http: AsyncClientSession
    live: AsyncClientSession

    def say(self, words: str) -> None:
        say(self.name, words)

    async def ask(self, document: str, **variables: Any) -> Data:
        """Return what stands under the one field of a query or mutation."""
        (value,) = (await self.ask_all(document, **variables)).values()
        return value  # type: ignore[no-any-return]  # an answer is what its document asks for

    async def ask_all(self, document: str, **variables: Any) -> Data:
        """Return what stands under each field."""
        answer: Data = await self.http.execute(_request(document, variables))
        return answer

    async def do(self, document: str, **input_: Any) -> Data:
        """Perform a mutation that must succeed."""
        payload = await self.ask(document, input=input_)
        expect(f"{self.name}'s errors", payload["errors"], [])
        return payload

    async def refused(self, document: str, **input_: Any) -> list[str]:
        """Perform a mutation and return the codes of its errors."""
        payload = await self.ask(document, input=input_)
        return [error["code"] for error in payload["errors"]]

    async def forbidden(self, document: str, **variables: Any) -> str:
        """Return the code of the top-level error that a query must end with."""
        try:
            answer = await self.ask(document, **variables)
        except TransportQueryError as problem:
            return _code(problem)
        raise Unexpected(f"{self.name} was expected to be refused, got {answer!r}")

    def follow(self, document: str, **variables: Any) -> Feed:
        return Feed(self, self.live.subscribe(_request(document, variables)))


class Feed:
    """One subscription as somebody follows it."""

    def __init__(self, person: Person, answers: AsyncGenerator[Any]) -> None:
        self.person = person
        self.arrived: asyncio.Queue[Data | str] = asyncio.Queue()
        self.task = asyncio.create_task(self._receive(answers))

    async def _receive(self, answers: AsyncGenerator[Any]) -> None:
        """Queue each event, and in the end why it ended: a code, or `complete`."""
        end = "complete"
        try:
            async for answer in answers:
                (event,) = answer.values()
                self.arrived.put_nowait(event)
        except TransportQueryError as problem:
            end = _code(problem)
        self.arrived.put_nowait(end)

    async def hear(self, kind: str) -> Data:
        """Return the next event of a kind; other events before it are passed over."""
        while True:
            event = await self._next(kind)
            if isinstance(event, str):
                raise Unexpected(f"{self.person.name} waited for {kind}; the stream ended: {event}")
            if event["__typename"] == kind:
                return event

    async def ended(self) -> str:
        """Return how the subscription ended."""
        while not isinstance(end := await self._next("the end"), str):
            continue
        return end

    async def _next(self, wanted: str) -> Data | str:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.arrived.get()
        except TimeoutError:
            raise Unexpected(f"{self.person.name} waited for {wanted}; nothing came") from None


@asynccontextmanager
async def person(name: str, address: str, token: str) -> AsyncGenerator[Person]:
    """Let somebody sign in, over HTTP and over WebSocket."""
    authorization = {"Authorization": f"Bearer {token}"}
    over_http = AIOHTTPTransport(f"{address}/graphql", headers=authorization, timeout=10)
    over_socket = WebsocketsTransport(
        f"{address.replace('http', 'ws', 1)}/graphql",
        init_payload=authorization,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        connect_args={"proxy": None},
    )
    async with Client(transport=over_http) as http, Client(transport=over_socket) as live:
        yield Person(name, http, live)


def _request(document: str, variables: Data) -> Any:
    request = gql(document)
    request.variable_values = variables
    return request


def _code(problem: TransportQueryError) -> str:
    (error,) = problem.errors or [{}]
    return str(error["extensions"]["code"])
