"""Secrets planted wherever a secret can be: none of them comes out in the log or in an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from domain.actors import ActorKind
from schema.ids import encode
from server.tokens import sign
from tests.attacks.forging import hashed, said
from tests.attacks.kit import EVENTS, GRAPHQL
from tests.attacks.process import Huddle, served
from tests.documents import INVITE, POST_NOTE, SEND_REPLY
from tests.streams.kit import CUSTOMER_SAYS
from tests.world import World

pytestmark = pytest.mark.one_database

CANARY = "CANARY"
ENVIRONMENT = f"{CANARY}-environment-secret-long-enough-for-all"
REDIS_PASSWORD = f"{CANARY}-redis-password"
WHO = "{ viewer { agent { name } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
NOTES = "subscription ($id: ID!) { internalNotes(conversationId: $id) { note { text } } }"


@dataclass
class Person:
    """Speaks to the process. `planted` are the secrets so far; whoever sends one may be told of it, nobody else."""

    huddle: Huddle
    token: str
    planted: set[str] = field(default_factory=set)

    def secret(self, where: str) -> str:
        made = f"{CANARY}-{where}-{len(self.planted)}"
        self.planted.add(made)
        return made

    def send(self, query: str, **parameters: Any) -> httpx.Response:
        return self.send_raw(orjson.dumps({"query": query, **parameters}))

    def send_raw(self, content: bytes, path: str = "/graphql", **headers: str) -> httpx.Response:
        given = {
            "authorization": f"Bearer {self.token}",
            "content-type": "application/json",
            "accept": GRAPHQL,
            **headers,
        }
        url = f"{self.huddle.address}{path}"
        return httpx.post(url, content=content, headers=given, trust_env=False, timeout=60)

    @contextmanager
    def wire(self, token: str | None = None) -> Iterator[ClientConnection]:
        url = f"{self.huddle.address.replace('http', 'ws', 1)}/graphql"
        hello = {"authorization": f"Bearer {token or self.token}"}
        with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as line:
            line.send(orjson.dumps({"type": "connection_init", "payload": hello}).decode())
            yield line


def closed_with(line: ClientConnection) -> tuple[int, str]:
    """Wait until the process has closed, and return how."""
    with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012  # what was sent before is of no interest
        while True:
            line.recv(60)
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


def text_of(reply: httpx.Response) -> str:
    """Return what was answered, with the headers."""
    return reply.text + repr(reply.headers.raw)


@pytest.fixture
def huddle(sqlite_url: str, tmp_path: Path) -> Iterator[Huddle]:
    settings = {
        "HUDDLE_DATABASE_URL": sqlite_url,
        "HUDDLE_JWT_SECRET": ENVIRONMENT,
        "HUDDLE_RATES_URL": f"redis://{CANARY}-user:{REDIS_PASSWORD}@127.0.0.1:1/0",
        "HUDDLE_SOMETHING": f"{CANARY}-unknown-setting",
    }
    with served(tmp_path, **settings) as ready:
        yield ready


@pytest.fixture
def lin(huddle: Huddle, world: World) -> Person:
    return Person(huddle, sign(ENVIRONMENT, ActorKind.AGENT, world.agents["lin"]))


@pytest.fixture
def customer(huddle: Huddle, world: World) -> Person:
    id_, where = world.customers["customer"], world.conversation
    return Person(huddle, sign(ENVIRONMENT, ActorKind.CUSTOMER, id_, where))


def used_as_it_should_be(lin: Person, customer: Person, world: World) -> None:
    """Write secrets in every text there is, and read them back."""
    here = {"conversationId": encode("Conversation", world.conversation)}
    key = lin.secret("idempotency-key")
    note = {**here, "text": lin.secret("note"), "idempotencyKey": key}
    for _ in range(2):  # the second is the first one's answer again
        assert CANARY in lin.send(POST_NOTE, variables={"input": note}).text
    conflict = lin.send(POST_NOTE, variables={"input": {**note, "text": "another"}})
    assert "IDEMPOTENCY_CONFLICT" in conflict.text
    assert CANARY not in text_of(conflict)
    reply = {**here, "text": lin.secret("reply")}
    assert CANARY in lin.send(SEND_REPLY, variables={"input": reply}).text
    message = {"text": customer.secret("message")}
    assert CANARY in customer.send(CUSTOMER_SAYS, variables={"input": message}).text
    invitee = {"target": {"agentId": encode("Agent", world.agents["wang"])}}
    offer = {**here, "background": lin.secret("background"), "specialNotes": lin.secret("special")}
    sent = lin.send(INVITE, variables={"input": {**offer, "invitees": [invitee]}})
    assert sent.json()["data"]["inviteAgents"]["errors"] == []
    again = lin.send(INVITE, variables={"input": {**offer, "invitees": [invitee]}})
    assert CANARY not in text_of(again)
    with lin.wire() as line:
        line.recv(60)
        payload = {"query": NOTES, "variables": {"id": here["conversationId"]}}
        line.send(
            orjson.dumps({"type": "subscribe", "id": lin.secret("id"), "payload": payload}).decode()
        )
        assert b"next" in orjson.dumps(orjson.loads(line.recv(60)))


def refused(lin: Person, world: World) -> None:
    """Plant secrets in what is refused. GraphQL quotes to their sender what it could not read, and only that."""
    own = encode("Conversation", world.conversation)
    too_long = {"conversationId": own, "text": lin.secret("long") * 1_000}
    elsewhere = {
        "conversationId": encode("Conversation", world.other_conversation),
        "text": lin.secret("other"),
    }
    for input_ in (too_long, elsewhere):
        assert CANARY not in text_of(lin.send(POST_NOTE, variables={"input": input_}))
    quoted = [
        lin.send(f"{{ {lin.secret('field').replace('-', '_')} }}"),
        lin.send(f'{{ node(id: "{lin.secret("argument")}") {{ id }} }}'),
        lin.send(f'{{ node(id: "{lin.secret("syntax")}'),
        lin.send(f"{{ viewer # {lin.secret('comment')}"),
        lin.send(NODE, variables={"id": [lin.secret("variable")]}),
        lin.send(NODE, variables={"id": lin.secret("id")}),
        lin.send(POST_NOTE, variables={"input": {"text": lin.secret("input")}}),
        lin.send(WHO, operationName=lin.secret("operation")),
        lin.send(WHO, variables=[lin.secret("variables")]),
        lin.send(WHO, extensions=lin.secret("extensions")),
        lin.send("", documentId=lin.secret("document")),
        lin.send_raw(f'{{"query": "{lin.secret("json")}'.encode()),
        lin.send_raw(lin.secret("body").encode() * 20_000),
        lin.send_raw(b"{}", f"/{lin.secret('path')}"),
        lin.send_raw(b"{}", **{"content-type": lin.secret("type")}),
        lin.send_raw(b"{}", accept=lin.secret("accept")),
        lin.send_raw(b"{}", host=lin.secret("host")),
        lin.send_raw(b"{}", origin=f"http://{lin.secret('origin')}", cookie=lin.secret("cookie")),
        lin.send_raw(orjson.dumps({"query": f"{{ {CANARY} }}"}), accept=EVENTS),
    ]
    for reply in quoted:
        assert reply.status_code in {200, 400, 404, 406, 413, 415}
        only_sent(reply, lin)


def only_sent(reply: httpx.Response, sender: Person) -> None:
    """An answer quotes neither the environment nor a token."""
    assert ENVIRONMENT not in text_of(reply)
    assert REDIS_PASSWORD not in text_of(reply)
    assert sender.token not in text_of(reply)


def forged(lin: Person, world: World) -> None:
    """Plant secrets in tokens, in headers, messages and addresses."""
    claims = said(world.agents["lin"], sub=lin.secret("subject"), kind=lin.secret("kind"))
    tokens = [
        lin.secret("token"),
        f"{lin.secret('a')}.{lin.secret('b')}.{lin.secret('c')}",
        hashed({"alg": "HS256", "kid": lin.secret("kid")}, claims, ENVIRONMENT.encode()),
    ]
    for token in tokens:
        reply = lin.send_raw(b"{}", authorization=f"Bearer {token}")
        assert reply.status_code == 401
        assert CANARY not in text_of(reply)
        with lin.wire(token) as line:
            code, reason = closed_with(line)
        assert code == 4403
        assert CANARY not in reason
    address = {"query": WHO, "access_token": tokens[0]}
    reply = httpx.get(f"{lin.huddle.address}/graphql", params=address, trust_env=False)
    assert reply.status_code == 400
    assert CANARY not in text_of(reply)
    with (
        pytest.raises(InvalidStatus),
        connect(
            f"{lin.huddle.address.replace('http', 'ws', 1)}/graphql?token={tokens[0]}",
            origin=Origin(f"http://{CANARY}.example"),
            proxy=None,
        ),
    ):
        pass


def frames_of_no_kind(lin: Person) -> None:
    for frame in (
        f'{{"type": "{lin.secret("type")}"}}',
        lin.secret("frame"),
        lin.secret("bytes").encode(),
    ):
        with lin.wire() as line:
            line.send(frame)
            code, reason = closed_with(line)
        assert code == 4400
        assert CANARY not in reason


def broken_inside(lin: Person, sqlite_url: str, world: World) -> None:
    """Take a table away: the database's own complaint quotes the statement and its values."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("ALTER TABLE internal_note RENAME TO mislaid")
    database.close()
    input_ = {
        "conversationId": encode("Conversation", world.conversation),
        "text": lin.secret("lost"),
        "idempotencyKey": lin.secret("lost-key"),
    }
    for accept in (GRAPHQL, EVENTS):
        content = orjson.dumps({"query": POST_NOTE, "variables": {"input": input_}})
        reply = lin.send_raw(content, accept=accept)
        assert "INTERNAL_SERVER_ERROR" in reply.text
        assert CANARY not in text_of(reply)


def test_no_secret_comes_out(
    huddle: Huddle, lin: Person, customer: Person, world: World, sqlite_url: str
) -> None:
    used_as_it_should_be(lin, customer, world)
    refused(lin, world)
    forged(lin, world)
    frames_of_no_kind(lin)
    broken_inside(lin, sqlite_url, world)
    huddle.stop()
    lines = huddle.log.splitlines()
    assert [line for line in lines if CANARY in line or "canary" in line.lower()] == []
    assert [line for line in lines if lin.token in line or customer.token in line] == []
    failures = [line for line in lines if '"failure"' in line]
    print(
        f"  {len(lin.planted) + len(customer.planted)} secrets, {len(lines)} lines, {len(failures)} failures in them"
    )
    assert failures, "the lost table was not felt, so the log was not tried"
    assert not [line for line in lines if "Traceback" in line]
