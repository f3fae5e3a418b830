"""The customer sees one service. Who works behind it, and what they say there, never reaches them."""

from __future__ import annotations

import asyncio
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa
from graphql import (
    GraphQLNamedType,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
)

from domain.actors import ActorKind, Audience
from domain.ids import new_id
from models.agents import agents
from models.unit_of_work import unit_of_work
from schema.build import schema
from schema.guards import Requires
from server.tokens import sign
from tests.documents import ACCEPT, INVITE
from tests.service import SECRET, Data, Person, Service, codes, node_id
from tests.steps import accept, conversation_id, invite, join, note
from tests.streams.kit import (
    CUSTOMER_MESSAGES,
    CUSTOMER_SAYS,
    TRANSFER,
    act,
    close,
    reply,
    say,
    wire,
)
from tests.world import add_conversation, change

ROOTS = ("Query", "Mutation", "Subscription")
GRAPH: Any = schema._schema  # the schema as graphql-core has it

# All that a customer can ever be shown. A new type has to be put here by somebody who has thought of it.
SHOWN = {
    "ApiLimits",
    "RateLimit",
    "CustomerConversation",
    "CustomerConversationEnded",
    "CustomerConversationPaused",
    "CustomerConversationResumed",
    "CustomerConversationSnapshot",
    "PageInfo",
    "SendCustomerMessagePayload",
    "ServiceIdentity",
    "TranscriptMessage",
    "TranscriptMessageAdded",
    "TranscriptMessageConnection",
    "TranscriptMessageEdge",
}
OF_AGENTS = {
    "Agent",
    "AgentLoad",
    "Collaboration",
    "Conversation",
    "CustomerMessage",
    "Department",
    "EventActor",
    "InternalNote",
    "Invitation",
    "Participant",
    "Viewer",
}


def open_to_customers(type_name: str, field_name: str) -> bool:
    """Tell whether every guard on a field, its own and its type's, lets a customer in."""
    guards = schema.guarded.get(f"{type_name}.{field_name}", [])
    audiences = [g.audience for g in guards if isinstance(g, Requires) and g.audience]
    return all(Audience.CUSTOMER in audience for audience in audiences)


def concrete(kind: GraphQLNamedType) -> list[Any]:
    """Return the object types that a value of the type may have."""
    return list(GRAPH.get_possible_types(kind)) if is_abstract_type(kind) else [kind]


def open_fields(kind: Any) -> Iterator[tuple[str, Any]]:
    for name, field in kind.fields.items():
        if open_to_customers(kind.name, name):
            yield name, get_named_type(field.type)


def reachable() -> set[str]:
    """Walk from the root fields that a customer may use along every field that lets a customer in."""
    waiting = [GRAPH.type_map[root] for root in ROOTS]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name not in seen:
            seen.add(kind.name)
            targets = [target for _, target in open_fields(kind)]
            objects = [target for target in targets if not is_leaf_type(target)]
            waiting += [each for target in objects for each in concrete(target)]
    return seen - set(ROOTS)


def root_fields() -> list[tuple[str, str]]:
    return [(root, name) for root in ROOTS for name, _ in open_fields(GRAPH.type_map[root])]


def test_customers_have_three_root_fields_and_the_limits() -> None:
    assert root_fields() == [
        ("Query", "customerConversation"),
        ("Query", "apiLimits"),
        ("Mutation", "sendCustomerMessage"),
        ("Subscription", "customerMessages"),
    ]


def test_no_path_of_a_customer_leads_to_a_type_that_shows_agents() -> None:
    errors = {kind.name for kind in concrete(GRAPH.type_map["UserError"])}
    assert reachable() == SHOWN | errors
    assert not reachable() & OF_AGENTS
    assert set(GRAPH.type_map) >= OF_AGENTS  # the names are those of the schema


def test_the_walk_would_find_an_agent_if_there_were_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(schema.guarded, "VersionConflictError.conversation")
    assert {"Conversation"} <= reachable()


def everything(kind: Any) -> str:
    """Return a selection of every field of a type that a customer may ask for, to the leaves."""
    if is_leaf_type(kind):
        return ""
    if is_interface_type(kind):
        return (
            "{ __typename "
            + " ".join(f"... on {k.name} {everything(k)}" for k in concrete(kind))
            + " }"
        )
    assert is_object_type(kind)
    chosen = [f"{name} {everything(target)}" for name, target in open_fields(kind)]
    return "{ __typename " + " ".join(chosen) + " }"


def asking_everything(root: str, field: str, arguments: str = "") -> str:
    target = get_named_type(GRAPH.type_map[root].fields[field].type)
    return f"{field}{arguments} {everything(target)}"


ASK = "query { " + asking_everything("Query", "customerConversation") + " }"
SAY = (
    "mutation ($input: SendCustomerMessageInput!) { "
    + asking_everything("Mutation", "sendCustomerMessage", "(input: $input)")
    + " }"
)
FOLLOW = (
    "subscription ($after: Cursor) { "
    + asking_everything("Subscription", "customerMessages", "(after: $after)")
    + " }"
)


class Canaries:
    """Random tokens, and how many of them show in what somebody was sent."""

    def __init__(self) -> None:
        self.planted: list[str] = []

    def new(self) -> str:
        self.planted.append(f"canary{secrets.token_hex(12)}")
        return self.planted[-1]

    def add(self, *more: str) -> None:
        self.planted += more

    def hits(self, received: bytes) -> list[str]:
        encoded = [urlsafe_b64encode(word.encode()).decode().rstrip("=") for word in self.planted]
        return [word for word in [*self.planted, *encoded] if word.encode() in received]


async def rename_agents(service: Service, canaries: Canaries) -> None:
    a = agents.c
    for id_ in service.world.agents.values():
        named = {"name": canaries.new(), "email": f"{canaries.new()}@example.org"}
        named |= {"alias": canaries.new(), "title": canaries.new()}
        await change(service.database, sa.update(agents).where(a.id == id_).values(**named))
        canaries.add(str(id_), node_id("Agent", id_))


async def work_behind_the_scenes(service: Service, canaries: Canaries) -> None:
    """Plant canaries wherever agents write what customers must not read."""
    request = {"background": canaries.new(), "specialNotes": canaries.new()}
    payload = await invite(service, "lin", "wang", "chen", request=request, level="EDIT")
    assert codes(payload) == []
    wang, chen = (result["invitation"]["id"] for result in payload["results"])
    canaries.add(wang, chen)
    joined = await accept(service, "wang", wang)
    canaries.add(joined["participant"]["id"])
    decline = "mutation ($input: DeclineInvitationInput!) { declineInvitation(input: $input) { errors { code } } }"
    await act(service, "chen", decline, invitationId=chen, reason="BUSY", comment=canaries.new())
    for key in ("lin", "wang"):
        posted = await note(service, key, canaries.new())
        assert posted["errors"] == []
        canaries.add(posted["note"]["id"])
        await reply(service, key, "We are looking into it.")


async def bytes_of(reply_: httpx.Response) -> bytes:
    return reply_.content + repr(reply_.headers.raw).encode()


async def post(person: Person, document: str, **variables: Any) -> bytes:
    headers = {"Authorization": f"Bearer {person.token}"}
    body = {"query": document, "variables": variables}
    return await bytes_of(await person.service.http.post("/graphql", headers=headers, json=body))


async def receive(service: Service, *operations: tuple[str, Data], frames: int) -> bytes:
    """Return the bytes of so many frames that a customer's socket gets for the operations."""
    received = b""
    async with wire(service.customer()) as bare:
        for number, (document, variables) in enumerate(operations):
            await bare.subscribe(str(number), document, **variables)
        for _ in range(frames):
            async with asyncio.timeout(20):
                frame = await bare.socket.recv(decode=False)
            received += frame if isinstance(frame, bytes) else frame.encode()
    return received


async def test_no_canary_reaches_the_customer(service: Service) -> None:
    canaries, customer = Canaries(), service.customer()
    await rename_agents(service, canaries)
    async with customer.listen(FOLLOW) as listener:
        begin = (await listener.event())["cursor"]
        await work_behind_the_scenes(service, canaries)
        live = [await listener.frame() for _ in range(2)]
    received = orjson.dumps(live)
    received += await post(customer, ASK)
    received += await post(customer, SAY, input={"text": "Thank you."})
    received += await post(customer, SAY, input={"text": ""})
    operations = [(FOLLOW, {"after": begin}), (ASK, {}), (SAY, {"input": {"text": "Bye."}})]
    received += await receive(service, *operations, frames=8)
    await close(service)
    received += await receive(service, (FOLLOW, {"after": begin}), (FOLLOW, {}), frames=8)
    received += await post(customer, SAY, input={"text": "Too late."})
    received += await post(customer, ASK)
    for shown in (
        b"We are looking into it.",
        b"Thank you.",
        b"Skysail Care",
        b"CustomerConversationEnded",
    ):
        assert shown in received  # the customer did get what is theirs
    assert canaries.hits(received) == []
    behind = await post(
        service.agent("lin"),
        "query ($id: ID!) { conversation(id: $id) { notes { nodes { text } } } }",
        id=conversation_id(service),
    )
    assert canaries.hits(behind)  # and the canaries can be found where they belong


async def test_what_is_not_for_customers_is_refused_without_a_word_of_content(
    service: Service,
) -> None:
    canaries = Canaries()
    await rename_agents(service, canaries)
    await work_behind_the_scenes(service, canaries)
    customer, id_ = service.customer(), conversation_id(service)
    lin = node_id("Agent", service.world.agents["lin"])
    own = "{ __typename ... on Agent { name } ... on Conversation { id } }"
    queries = [
        "viewer { agent { name } }",
        f'node(id: "{lin}") {own}',
        f'nodes(ids: ["{lin}", "{id_}"]) {own}',
        "onlineAgents { nodes { name email } }",
        "departments { nodes { name } }",
        "skills { nodes { name } }",
        f'conversation(id: "{id_}") {{ id primary {{ agent {{ name }} }} notes {{ nodes {{ text }} }} }}',
        "conversations { nodes { id } }",
        "myInvitations { nodes { background } }",
        "collaborationPolicy { enabled }",
    ]
    for query in queries:
        answer = await customer.ask(f"{{ {query} }}")
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"], query
        assert canaries.hits(orjson.dumps([e["message"] for e in answer["errors"]])) == []
        assert not any((answer["data"] or {}).values())
    for document, input_ in (
        (INVITE, {"conversationId": id_, "invitees": []}),
        (ACCEPT, {"invitationId": id_}),
    ):
        answer = await customer.ask(document, input=input_)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_transcript_shows_one_identity_whoever_replied(service: Service) -> None:
    participant = await join(service, "wang", level="EDIT")
    async with service.customer().listen(FOLLOW) as listener:
        opening = (await listener.event())["conversation"]["serviceIdentity"]
        for key in ("lin", "wang"):
            await reply(service, key, "The same words.")
        await act(service, "lin", TRANSFER, participantId=participant)
        await reply(service, "wang", "The same words.")
        told = [(await listener.event())["message"] for _ in range(3)]
        await listener.silence()  # neither joining nor handing over is told
    varying = ("id", "sentAt")
    alike = [{k: v for k, v in message.items() if k not in varying} for message in told]
    assert alike[0] == alike[1] == alike[2]
    assert alike[0]["author"] == "SERVICE"
    conversation = (await service.customer().run(ASK))["customerConversation"]
    assert conversation["serviceIdentity"] == opening
    assert opening["displayName"] == "Skysail Care"
    assert conversation["messages"]["nodes"] == told


async def elsewhere(service: Service) -> str:
    """Give the neighbour a conversation with a message of its own; return the cursor of its stream."""
    world, id_ = service.world, new_id()
    async with unit_of_work(service.database, lambda heads: None) as work:
        await add_conversation(work, world, id_, "wang", customer="neighbour")
    neighbour = service.customer("neighbour", id_)
    await neighbour.run(CUSTOMER_SAYS, input={"text": "The neighbour's secret."})
    async with neighbour.listen(CUSTOMER_MESSAGES.document) as listener:
        cursor: str = (await listener.event())["cursor"]
    return cursor


async def test_another_customers_conversation_cannot_be_reached(service: Service) -> None:
    cursor = await elsewhere(service)
    await say(service, "My secret.")
    forged = service.customer("neighbour", service.world.conversation)
    for document in (ASK, "query { customerConversation { id } }"):
        answer = await forged.ask(document)
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with forged.listen(FOLLOW) as listener:
        assert await listener.error() == "UNAUTHENTICATED"
    async with service.customer().listen(FOLLOW, after=cursor) as listener:
        assert await listener.error() == "BAD_USER_INPUT"
    assert b"neighbour" not in await post(service.customer(), ASK)


async def test_a_customer_cannot_name_another_conversation(service: Service) -> None:
    for other in (service.world.other_conversation, new_id()):
        input_ = {"text": "Let me in.", "conversationId": node_id("Conversation", other)}
        answer = await service.customer().run(CUSTOMER_SAYS, input=input_)
        assert codes(answer["sendCustomerMessage"]) == ["NOT_FOUND"]


async def test_a_customers_token_without_a_conversation_opens_nothing(service: Service) -> None:
    nowhere = Person(service, sign(SECRET, ActorKind.CUSTOMER, service.world.customers["customer"]))
    answer = await nowhere.ask("query { customerConversation { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with nowhere.listen(FOLLOW) as listener:
        assert await listener.error() == "UNAUTHENTICATED"


async def test_the_counter_of_the_customers_stream_tells_nothing_of_work_behind_it(
    service: Service,
) -> None:
    async with service.customer().listen(FOLLOW) as listener:
        before = (await listener.event())["cursor"]
    await join(service, "wang")
    await note(service, "wang", "internal")
    async with service.customer().listen(FOLLOW) as listener:
        assert (await listener.event())["cursor"] == before
