"""What the tests of streams share: the subscriptions, something for them to tell, and a socket laid bare."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa
from websockets.asyncio.client import ClientConnection, connect

from domain.streams import Stream, conversation_stream, customer_stream, inbox, notes_stream
from models.log import events, streams
from schema.ids import encode
from tests.documents import SEND_REPLY
from tests.service import Data, Listener, Person, Service, codes, serving
from tests.steps import conversation_id, invited, note

REVOKE = """
mutation Revoke($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { errors { code } } }
"""
CLOSE = """
mutation Close($input: CloseConversationInput!) { closeConversation(input: $input) { errors { code } } }
"""
LEAVE = """
mutation Leave($input: LeaveConversationInput!) { leaveConversation(input: $input) { errors { code } } }
"""
REMOVE = """
mutation Remove($input: RemoveParticipantInput!) { removeParticipant(input: $input) { errors { code } } }
"""
ADJUST = """
mutation Adjust($input: AdjustPermissionInput!) { adjustPermission(input: $input) { errors { code } } }
"""
TRANSFER = """
mutation Transfer($input: TransferPrimaryInput!) { transferPrimary(input: $input) { errors { code } } }
"""
CUSTOMER_SAYS = """
mutation Say($input: SendCustomerMessageInput!) {
  sendCustomerMessage(input: $input) { message { id text } errors { code } }
}
"""


@dataclass(frozen=True)
class Kind:
    """A subscription: its document, who reads it, what it follows and what it tells of it."""

    name: str
    document: str
    reader: str
    stream: Callable[[Service], Stream]
    tells: tuple[str, ...]
    snapshot: str
    content: str

    def person(self, service: Service) -> Person:
        return service.customer() if self.reader == "customer" else service.agent(self.reader)

    def variables(self, service: Service) -> dict[str, Any]:
        return {"id": conversation_id(service)} if "$id" in self.document else {}

    def listen(self, service: Service, after: str | None = None) -> Any:
        return self.person(service).listen(self.document, after=after, **self.variables(service))

    @property
    def with_content(self) -> str:
        return self.document.replace("__typename", f"__typename {self.content}", 1)


def _document(field: str, *, named: bool) -> str:
    head = "$id: ID!, $after: Cursor" if named else "$after: Cursor"
    where = "conversationId: $id, after: $after" if named else "after: $after"
    return f"subscription ({head}) {{ {field}({where}) {{ __typename id cursor occurredAt }} }}"


def _of_conversation(service: Service) -> Stream:
    return conversation_stream(service.world.conversation)


def _of_notes(service: Service) -> Stream:
    return notes_stream(service.world.conversation)


def _of_customer(service: Service) -> Stream:
    return customer_stream(service.world.conversation)


def _of_lin(service: Service) -> Stream:
    return inbox(service.world.agents["lin"])


CONVERSATION_EVENTS = Kind(
    "conversationEvents",
    _document("conversationEvents", named=True),
    "lin",
    _of_conversation,
    ("",),
    "ConversationSnapshot",
    "... on ConversationSnapshot { conversation { messages(last: 20) { nodes { text } } seats { taken } } }",
)
INTERNAL_NOTES = Kind(
    "internalNotes",
    _document("internalNotes", named=True),
    "lin",
    _of_notes,
    ("Note",),
    "NotesSnapshot",
    "... on NotesSnapshot { notes(last: 20) { nodes { text } } }",
)
INVITATIONS_HERE = Kind(
    "invitationUpdates of a conversation",
    _document("invitationUpdates", named=True),
    "lin",
    _of_conversation,
    ("Invitation",),
    "InvitationsSnapshot",
    "... on InvitationsSnapshot { invitations { id status } }",
)
INVITATIONS_OF_MINE = Kind(
    "invitationUpdates of one's own",
    _document("invitationUpdates", named=False),
    "lin",
    _of_lin,
    ("Invitation",),
    "InvitationsSnapshot",
    "... on InvitationsSnapshot { invitations { id status } }",
)
INBOX = Kind(
    "inbox",
    _document("inbox", named=False),
    "lin",
    _of_lin,
    ("",),
    "InboxSnapshot",
    "... on InboxSnapshot { unansweredCount pendingInvitations { id } }",
)
CUSTOMER_MESSAGES = Kind(
    "customerMessages",
    _document("customerMessages", named=False),
    "customer",
    _of_customer,
    ("",),
    "CustomerConversationSnapshot",
    "... on CustomerConversationSnapshot { conversation { messages(last: 20) { nodes { text } } } }",
)
OF_A_CONVERSATION = [CONVERSATION_EVENTS, INTERNAL_NOTES, INVITATIONS_HERE]
OF_AN_AGENT = [*OF_A_CONVERSATION, INVITATIONS_OF_MINE, INBOX]
EVERY = [*OF_AN_AGENT, CUSTOMER_MESSAGES]


def each(kinds: list[Kind]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, ids=[kind.name for kind in kinds])


async def say(service: Service, text: str) -> None:
    answer = await service.customer().run(CUSTOMER_SAYS, input={"text": text})
    assert codes(answer["sendCustomerMessage"]) == []


async def reply(service: Service, key: str, text: str) -> None:
    input_ = {"conversationId": conversation_id(service), "text": text}
    assert codes((await service.agent(key).run(SEND_REPLY, input=input_))["sendReply"]) == []


async def act(service: Service, key: str, document: str, **input_: Any) -> None:
    """Run a mutation that must succeed."""
    (payload,) = (await service.agent(key).run(document, input=input_)).values()
    assert codes(payload) == []


async def close(service: Service, key: str = "lin") -> None:
    await act(service, key, CLOSE, conversationId=conversation_id(service))


async def bustle(service: Service, invitee: str = "wang") -> str:
    """Let something happen that every subscription tells of, and much that most do not."""
    await say(service, "Is anybody there?")
    await note(service, "lin", "Who knows this?")
    invitation = await invited(service, "lin", invitee)
    await reply(service, "lin", "I am looking into it.")
    return invitation


async def logged(service: Service, kind: Kind, after: int = 0) -> list[tuple[int, str, str]]:
    """Return sequence, type and id of what a subscription has to tell: the log is the oracle."""
    e = events.c
    rows = await service.database.all(
        sa.select(e.seq, e.type, e.event_id)
        .where(e.stream_id == kind.stream(service).id, e.seq > after)
        .order_by(e.seq)
    )
    name = "CustomerEvent" if kind is CUSTOMER_MESSAGES else "Event"
    return [
        (row.seq, row.type, encode(name, row.event_id))
        for row in rows
        if row.type.startswith(kind.tells)
    ]


async def ids_logged(service: Service, kind: Kind, after: int = 0) -> list[str]:
    return [id_ for _, _, id_ in await logged(service, kind, after)]


async def head(service: Service, kind: Kind) -> int:
    s = streams.c
    rows = await service.database.all(sa.select(s.head).where(s.id == kind.stream(service).id))
    found: int = rows[0].head
    return found


async def take(listener: Listener, count: int) -> list[Data]:
    return [await listener.event(20) for _ in range(count)]


async def to_the_end(listener: Listener) -> tuple[list[Data], list[str]]:
    """Return the data and the error codes of every frame until `complete`, which must come."""
    told, refused = [], []
    while (frame := await listener.frame(20))["type"] != "complete":
        assert frame["type"] == "next", frame
        told += list((frame["payload"]["data"] or {}).values())
        refused += [error["extensions"]["code"] for error in frame["payload"].get("errors", [])]
    return told, refused


async def eventually(check: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110  # what is waited for does not tell
            await asyncio.sleep(0.02)


async def close_code(socket_: ClientConnection, seconds: float = 20) -> int | None:
    """Wait until the server has closed, and return the code it closed with."""
    async with asyncio.timeout(seconds):
        await socket_.wait_closed()
    return socket_.close_code


@asynccontextmanager
async def another(service: Service, database_url: str) -> AsyncIterator[Service]:
    """Run one more process of the service on the same database."""
    async with (
        serving(database_url) as (address, app),
        httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as http,
    ):
        yield Service(address, app, http, service.database, service.world)


class Wire:
    """A WebSocket with the protocol laid bare: many operations, frames sorted by operation."""

    def __init__(self, socket_: ClientConnection) -> None:
        self.socket = socket_
        self.frames: list[Data] = []

    async def send(self, **message: Any) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def subscribe(self, id_: str, document: str, **variables: Any) -> None:
        await self.send(
            type="subscribe", id=id_, payload={"query": document, "variables": variables}
        )

    async def next_of(self, id_: str | None, seconds: float = 20) -> Data:
        """Return the operation's next frame; those of others are kept."""
        for frame in self.frames:
            if frame.get("id") == id_:
                self.frames.remove(frame)
                return frame
        async with asyncio.timeout(seconds):
            while True:
                frame = orjson.loads(await self.socket.recv())
                if frame.get("id") == id_:
                    return frame  # type: ignore[no-any-return]
                self.frames.append(frame)


@asynccontextmanager
async def wire(person: Person, *, init: bool = True) -> AsyncIterator[Wire]:
    url = await person.service.websocket_url()
    async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket_:  # type: ignore[list-item]  # a name is a NewType of str
        bare = Wire(socket_)
        if init:
            payload = {"Authorization": f"Bearer {person.token}"} if person.token else {}
            await bare.send(type="connection_init", payload=payload)
            assert (await bare.next_of(None))["type"] == "connection_ack"
        yield bare
