"""Random tokens planted wherever agents write what customers must not read: none of them gets out."""

from __future__ import annotations

import asyncio
import secrets
from base64 import urlsafe_b64encode

import orjson
import sqlalchemy as sa

from models.agents import agents
from tests.documents import ACCEPT, INVITE
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, conversation_id, invite, note
from tests.streams.audience import ASK, FOLLOW, SAY, post
from tests.streams.kit import act, close, reply, wire
from tests.world import change


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
