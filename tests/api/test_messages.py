"""What is said to the customer and by the customer, under one identity."""

from __future__ import annotations

import pytest

from models.messages import messages
from tests.api.asking import act, code_of, heard, look, refused, rows
from tests.service import Service, codes, node_id
from tests.steps import conversation_id, join, note

SEEN = """{ customerConversation {
  serviceIdentity { displayName avatarUrl } status messages { nodes { author text } } } }"""


async def test_a_reply_goes_out_under_the_services_name(service: Service) -> None:
    """R101, R143, R144, R161, R162: agents know who wrote it, the customer knows the service."""
    await join(service, "wang", level="EDIT")
    for key in ("lin", "wang"):
        payload = await act(
            service.agent(key),
            "sendReply",
            "message { text sentBy { name } }",
            conversationId=conversation_id(service),
            text=" We are on it. ",
        )
        assert payload["message"] == {
            "text": "We are on it.",
            "sentBy": {"name": key.title()},
        }
    seen = (await service.customer().run(SEEN))["customerConversation"]
    assert seen["serviceIdentity"] == {"displayName": "Skysail Care", "avatarUrl": None}
    assert seen["messages"]["nodes"] == [{"author": "SERVICE", "text": "We are on it."}] * 2


async def test_the_customer_is_heard_by_all_inside(service: Service) -> None:
    """R34, R100: one message, one event on each side."""
    await act(service.customer(), "sendCustomerMessage", text="It is slow.")
    await act(
        service.integration(),
        "sendCustomerMessage",
        text="And by mail.",
        conversationId=conversation_id(service),
    )
    world = service.world
    assert await heard(service, world.conversation) == ["CustomerMessagePosted"] * 2
    assert await heard(service, world.conversation, "CUSTOMER") == ["TranscriptMessageAdded"] * 2
    seen = await look(service, "lin", "messages { nodes { text author sentBy { name } } }")
    assert [each["text"] for each in seen["messages"]["nodes"]] == ["It is slow.", "And by mail."]
    assert {each["author"] for each in seen["messages"]["nodes"]} == {"CUSTOMER"}


@pytest.mark.parametrize(
    ("role", "level"), [("EXPERT", "GUIDE"), ("OBSERVER", "READ_ONLY"), ("SCRIBE", "GUIDE")]
)
async def test_advisers_and_watchers_do_not_reply(service: Service, role: str, level: str) -> None:
    """R41, R49, R71, R72, R92, R124, R189: they support inside; nothing reaches the customer."""
    await join(service, "wang", role=role)
    said = {"conversationId": conversation_id(service), "text": "Hello!"}
    assert await refused(service.agent("wang"), "sendReply", **said) == "NOT_PERMITTED"
    assert (await look(service, "wang", "viewerLevel"))["viewerLevel"] == level
    assert await rows(service, messages) == []
    assert await heard(service, service.world.conversation, "CUSTOMER") == []


async def test_who_is_outside_says_nothing_to_the_customer(service: Service) -> None:
    """R156: a supervisor may not, for others the conversation is not there."""
    said = {"conversationId": conversation_id(service), "text": "Hello!"}
    for key, code in {
        "zhao": "NOT_PERMITTED",
        "admin": "NOT_PERMITTED",
        "mei": "NOT_FOUND",
    }.items():
        assert await refused(service.agent(key), "sendReply", **said) == code
    assert await rows(service, messages) == []


async def test_a_customer_speaks_in_their_own_conversation_only(service: Service) -> None:
    """R155, R156: another's is not there, whoever's it is; nor for a host of another organization."""
    world = service.world
    for person, conversation in (
        (service.customer(), world.other_conversation),
        (service.integration(), world.other_conversation),
    ):
        said = {"text": "Hi", "conversationId": node_id("Conversation", conversation)}
        assert await refused(person, "sendCustomerMessage", **said) == "NOT_FOUND"
    assert await refused(service.integration(), "sendCustomerMessage", text="Hi") == (
        "INVALID_INPUT"
    )
    assert await rows(service, messages) == []


async def test_a_customer_reaches_nothing_of_the_agents(service: Service) -> None:
    """R160, R155: every operation for agents is FORBIDDEN to a customer's token."""
    await note(service, "lin", "They will churn.")
    customer, id_ = service.customer(), conversation_id(service)
    for document in (
        "query ($id: ID!) { conversation(id: $id) { notes { nodes { text } } } }",
        "query ($id: ID!) { node(id: $id) { id } }",
        "query ($id: ID!) { nodes(ids: [$id]) { id } }",
    ):
        assert await code_of(customer, document, id=id_) == "FORBIDDEN"
    reply = """mutation ($id: ID!) {
      sendReply(input: {conversationId: $id, text: "x"}) { errors { code } } }"""
    assert await code_of(customer, reply, id=id_) == "FORBIDDEN"
    assert "churn" not in str(await customer.run(SEEN))


async def test_agents_do_not_speak_as_the_customer(service: Service) -> None:
    """R156: the customers' operations are for customers, and for the host in their name."""
    send = """mutation { sendCustomerMessage(input: {text: "x"}) { errors { code } } }"""
    assert await code_of(service.agent("lin"), send) == "FORBIDDEN"
    assert await code_of(service.agent("lin"), SEEN) == "FORBIDDEN"
    assert await rows(service, messages) == []


async def test_messages_keep_their_order(service: Service) -> None:
    """R99, R172: both sides read the same order."""
    id_ = conversation_id(service)
    for number in range(3):
        await act(service.customer(), "sendCustomerMessage", text=f"Question {number}")
        reply = {"conversationId": id_, "text": f"Answer {number}"}
        assert codes(await act(service.agent("lin"), "sendReply", **reply)) == []
    expected = [f"{kind} {number}" for number in range(3) for kind in ("Question", "Answer")]
    inside = await look(service, "lin", "messages { nodes { text } }")
    outside = (await service.customer().run(SEEN))["customerConversation"]
    for seen in (inside, outside):
        assert [each["text"] for each in seen["messages"]["nodes"]] == expected
