"""The steps of story.mjs taken by the Python client gql."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from gql import Client, gql
from gql.transport import AsyncTransport
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

URL = f"{os.environ['HUDDLE_URL']}/graphql"
HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN_LIN']}"}

WHO = "query { viewer { agent { name } } }"
OPEN = """
mutation ($input: OpenConversationInput!) { openConversation(input: $input) { conversationId } }
"""
REPLY = "mutation ($input: SendReplyInput!) { sendReply(input: $input) { message { text } } }"
EVENTS = """
subscription ($id: ID!, $after: Cursor) {
  conversationEvents(conversationId: $id, after: $after) {
    __typename cursor ... on CustomerMessagePosted { message { text } }
  }
}
"""

Json = dict[str, Any]
Clause = Callable[[], Coroutine[Any, Any, None]]


def http() -> AsyncTransport:
    return AIOHTTPTransport(URL, headers=HEADERS)


def socket() -> AsyncTransport:
    return WebsocketsTransport(
        URL.replace("http", "ws"),
        init_payload=HEADERS,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )


async def elsewhere(query: str, **variables: object) -> Json:
    """Ask by other means than the client under trial."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = HEADERS | {"Content-Type": "application/json"}
    request = urllib.request.Request(URL, body, headers)  # noqa: S310

    def send() -> Json:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return dict(json.load(answer)["data"])

    return await asyncio.to_thread(send)


class Story:
    def __init__(self, transport: Callable[[], AsyncTransport]) -> None:
        self.transport = transport
        self.conversation = ""
        self.cursor = ""

    def clauses(self) -> dict[str, Clause]:
        return {
            "a query is answered": self.query,
            "a mutation is answered": self.mutation,
            "a subscription begins with a snapshot and tells what happens": self.subscription,
            "a subscription that was cut resumes with each event once": self.resumption,
            "a mistake in a document is told": self.mistake,
            "a forbidden field is told beside the data": self.forbidden,
        }

    async def query(self) -> None:
        expect((await self.ask(WHO))["viewer"]["agent"]["name"], "林晓")

    async def mutation(self) -> None:
        customer = {"new": {"externalId": str(uuid.uuid4()), "displayName": "Rae"}}
        opened = await self.ask(OPEN, input={"customer": customer, "subject": "Conformance"})
        self.conversation = opened["openConversation"]["conversationId"]

    async def subscription(self) -> None:
        async for number, event in self.events():
            if number == 1:
                expect(event["__typename"], "ConversationSnapshot")
                await self.reply("live")
            else:
                expect(event["message"]["text"], "live")
                self.cursor = event["cursor"]
                break

    async def resumption(self) -> None:
        for text in ("missed", "missed too"):
            await self.reply(text)
        texts = []
        async for number, event in self.events(after=self.cursor):
            texts.append(event["message"]["text"])
            if number == 2:
                await self.reply("live again")
            if number == 3:
                break
        expect(texts, ["missed", "missed too", "live again"])

    async def mistake(self) -> None:
        error = await self.refusal("{ nonsense }")
        expect(first(error)["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED")

    async def forbidden(self) -> None:
        error = await self.refusal("{ __typename customerConversation { id } }")
        expect(error.data, {"__typename": "Query", "customerConversation": None})
        expect(first(error)["extensions"]["code"], "FORBIDDEN")
        expect(first(error)["path"], ["customerConversation"])

    async def ask(self, query: str, **variables: object) -> Json:
        async with Client(transport=self.transport()) as session:
            return dict(await session.execute(gql(query), variable_values=variables))

    async def refusal(self, query: str) -> TransportQueryError:
        try:
            answer = await self.ask(query)
        except TransportQueryError as error:
            return error
        raise AssertionError(f"An error was expected, not {answer}")

    async def reply(self, text: str) -> None:
        await elsewhere(REPLY, input={"conversationId": self.conversation, "text": text})

    async def events(self, after: str | None = None) -> AsyncIterator[tuple[int, Json]]:
        """Number the events until the caller goes, and then cut the connection."""
        variables = {"id": self.conversation, "after": after}
        number = 0
        async with Client(transport=socket()) as session:
            async for data in session.subscribe(gql(EVENTS), variable_values=variables):
                number += 1
                yield number, data["conversationEvents"]


def first(error: TransportQueryError) -> Json:
    return dict((error.errors or [{}])[0])


def expect(found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(f"{expected!r} was expected, not {found!r}")


async def main() -> None:
    failures = []
    total = 0
    for name, transport in {"HTTP and WebSocket": http, "WebSocket alone": socket}.items():
        for clause, attempt in Story(transport).clauses().items():
            total += 1
            try:
                async with asyncio.timeout(20):
                    await attempt()
            except Exception as problem:
                failures.append(f"  over {name} {clause}\n    {problem!r}")
    print(f"{'gql':24}{total - len(failures)}/{total}", *failures, sep="\n")
    sys.exit(bool(failures))


asyncio.run(main())
