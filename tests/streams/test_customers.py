"""The customer sees one service. Who works behind it, and what they say there, never reaches them."""

from __future__ import annotations

import pytest

from domain.actors import ActorKind
from domain.ids import new_id
from models.unit_of_work import unit_of_work
from schema.build import schema
from server.tokens import sign
from tests.service import SECRET, Person, Service, codes, node_id
from tests.steps import join, note
from tests.streams.audience import ASK, FOLLOW, GRAPH, concrete, post, reachable, root_fields
from tests.streams.kit import CUSTOMER_MESSAGES, CUSTOMER_SAYS, TRANSFER, act, reply, say
from tests.world import add_conversation

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
