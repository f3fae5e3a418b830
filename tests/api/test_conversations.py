"""Opening and closing conversations, and what a closed one still allows."""

from __future__ import annotations

from typing import Any

import pytest

from models.conversations import conversations, customers, participants
from models.invitations import invitations
from tests.api.asking import act, heard, look, refused, rows
from tests.service import Data, Person, Service, codes, node_id
from tests.steps import conversation_id, invited, join, note

OPENED = (
    "conversationId conversation { subject status classes viewerLevel customer { displayName } }"
)
NEW = {"new": {"externalId": "c-1", "displayName": "Ada", "email": "ada@customer.example"}}


async def opened(person: Person, **said: Any) -> Data:
    return await act(
        person, "openConversation", OPENED, **{"customer": NEW, "subject": "Help", **said}
    )


async def test_an_agent_leads_what_they_open(service: Service) -> None:
    """R39, R91, R123, R188: FULL from the start; an ordinary one unless said."""
    payload = await opened(service.agent("wang"))
    assert payload["conversation"] == {
        "subject": "Help",
        "status": "OPEN",
        "classes": ["STANDARD"],
        "viewerLevel": "FULL",
        "customer": {"displayName": "Ada"},
    }
    assert await heard(service, service.world.agents["wang"]) == ["ConversationOpened"]
    c = conversations.c
    (row,) = await rows(service, conversations, c.subject == "Help")
    assert row.department_id == service.world.departments["technology"]


async def test_the_host_opens_for_its_customer(service: Service) -> None:
    """R10, R11, R12, R13: any subject, any classes; the first message is the customer's."""
    payload = await opened(
        service.integration(),
        primaryId=node_id("Agent", service.world.agents["wang"]),
        subject="Returns, prices and the API",
        classes=["COMPLAINT", "VIP"],
        firstMessage="It came broken.",
    )
    assert codes(payload) == []
    document = """query ($id: ID!) { conversation(id: $id) {
      classes seats { limit } messages { nodes { author text sentBy { name } } } } }"""
    answer = await service.agent("wang").run(document, id=payload["conversationId"])
    assert answer["conversation"] == {
        "classes": ["VIP", "COMPLAINT"],
        "seats": {"limit": 7},
        "messages": {"nodes": [{"author": "CUSTOMER", "text": "It came broken.", "sentBy": None}]},
    }


async def test_a_known_customer_is_found_again(service: Service) -> None:
    """R172: the host's id names one customer, however often they come."""
    for _ in range(2):
        assert codes(await opened(service.agent("wang"))) == []
    known = {"id": node_id("Customer", service.world.customers["customer"])}
    assert codes(await opened(service.agent("wang"), customer=known)) == []
    assert len(await rows(service, customers, customers.c.external_id == "c-1")) == 1


async def test_what_cannot_be_opened_is_not(service: Service) -> None:
    """R156, R170: another's lead, another organization's customer or agent, an outside expert as primary."""
    world, wang, site = service.world, service.agent("wang"), service.integration()
    foreign = {"id": node_id("Customer", world.customers["other-customer"])}
    tried: list[tuple[Person, dict[str, Any], str, list[str]]] = [
        (
            wang,
            {"primaryId": node_id("Agent", world.agents["lin"])},
            "INVALID_INPUT",
            ["primaryId"],
        ),
        (site, {}, "INVALID_INPUT", ["primaryId"]),
        (site, {"primaryId": node_id("Agent", world.agents["other"])}, "NOT_FOUND", ["primaryId"]),
        (site, {"primaryId": node_id("Agent", world.agents["ext"])}, "NOT_FOUND", ["primaryId"]),
        (wang, {"customer": foreign}, "NOT_FOUND", ["customer", "id"]),
        (wang, {"subject": "  "}, "INVALID_INPUT", ["subject"]),
    ]
    for person, said, code, path in tried:
        (error,) = (await opened(person, **said))["errors"]
        assert (error["code"], error["path"]) == (code, ["input", *path])
    assert len(await rows(service, conversations)) == 2


async def test_closing_ends_everything_in_it(service: Service) -> None:
    """R46, R75, R195, R110: parts and the collaboration end with their reason; invitations are canceled."""
    await join(service, "wang")
    await invited(service, "lin", "chen")
    payload = await act(
        service.agent("lin"),
        "closeConversation",
        "conversation { status closedAt } collaboration { outcome }",
        conversationId=conversation_id(service),
        outcome="RESOLVED",
    )
    assert payload["conversation"]["status"] == "CLOSED"
    assert payload["conversation"]["closedAt"] is not None
    assert payload["collaboration"] == {"outcome": "RESOLVED"}
    p, world = participants.c, service.world
    parts = await rows(service, participants, p.conversation_id == world.conversation)
    assert [row.leave_reason.name for row in parts] == ["CONVERSATION_CLOSED"] * 2
    statuses = {row.status.name for row in await rows(service, invitations)}
    assert statuses == {"ACCEPTED", "CANCELED"}
    assert await heard(service, world.conversation, "CUSTOMER") == ["CustomerConversationEnded"]
    for key in ("lin", "wang"):
        assert (await heard(service, world.agents[key]))[-1] == "ConversationClosed"


async def test_nothing_changes_in_a_closed_conversation(service: Service) -> None:
    """R170: CONVERSATION_CLOSED to who led it, and to the customer; the others are outside."""
    wang, id_, lin = await join(service, "wang"), conversation_id(service), service.agent("lin")
    await note(service, "lin", "Done.")
    await act(lin, "closeConversation", conversationId=id_)
    agent = node_id("Agent", service.world.agents["chen"])
    here = {"conversationId": id_}
    tried: list[tuple[str, dict[str, Any]]] = [
        ("inviteAgents", {**here, "invitees": [{"target": {"agentId": agent}}]}),
        ("adjustPermission", {"participantId": wang, "level": "EDIT"}),
        ("removeParticipant", {"participantId": wang}),
        ("transferPrimary", {"participantId": wang}),
        ("leaveConversation", here),
        ("endCollaboration", {**here, "outcome": "RESOLVED"}),
        ("closeConversation", here),
        ("sendReply", {**here, "text": "One more thing."}),
        ("postNote", {**here, "text": "One more thing."}),
    ]
    for field, said in tried:
        assert await refused(lin, field, **said) == "CONVERSATION_CLOSED", field
    late = await refused(service.customer(), "sendCustomerMessage", text="Wait!")
    assert late == "CONVERSATION_CLOSED"
    assert await refused(service.agent("wang"), "postNote", **here, text="Hm.") == "NOT_FOUND"
    assert await refused(service.agent("admin"), "postNote", **here, text="Hm.") == (
        "CONVERSATION_CLOSED"
    )


async def test_the_last_primary_still_reads_a_closed_conversation(service: Service) -> None:
    """R110: they read all of it and can do nothing; who left before sees nothing."""
    await join(service, "wang")
    await note(service, "wang", "It was the gateway.")
    await act(service.agent("lin"), "closeConversation", conversationId=conversation_id(service))
    seen = await look(
        service,
        "lin",
        "subject viewerLevel notes { nodes { text } } primary { agent { name } }"
        " viewerCan { view readNotes writeNotes invite leave close }",
    )
    assert seen["notes"]["nodes"] == [{"text": "It was the gateway."}]
    assert seen["primary"] == {"agent": {"name": "Lin"}}
    assert seen["viewerLevel"] == "READ_ONLY"
    assert [name for name, able in seen["viewerCan"].items() if able] == ["view", "readNotes"]
    assert await look(service, "wang", "id") is None


async def test_closing_decides_on_what_was_seen(service: Service) -> None:
    """R172: a stale version is a conflict, and the conversation stays open."""
    version = (await look(service, "lin", "version"))["version"]
    await join(service, "wang")
    lin, id_ = service.agent("lin"), conversation_id(service)
    close = {"conversationId": id_, "expectedVersion": version}
    assert await refused(lin, "closeConversation", **close) == "VERSION_CONFLICT"
    assert (await look(service, "wang", "status"))["status"] == "OPEN"


@pytest.mark.parametrize("field", ["closeConversation", "endCollaboration"])
async def test_only_the_primary_ends_it(service: Service, field: str) -> None:
    """R39, R156: CLOSE is the primary's; the outcome of an end is compulsory."""
    await join(service, "zhao", role="SUPERVISOR")
    said = {"conversationId": conversation_id(service), "outcome": "RESOLVED"}
    for key, code in {
        "zhao": "NOT_PERMITTED",
        "admin": "NOT_PERMITTED",
        "mei": "NOT_FOUND",
    }.items():
        assert await refused(service.agent(key), field, **said) == code
    assert (await look(service, "zhao", "viewerLevel"))["viewerLevel"] == "MANAGE"


async def test_no_collaboration_no_end_of_it(service: Service) -> None:
    """R32, R170: refused, and an open invitation stays open."""
    sent = await invited(service, "lin", "wang")
    said = {"conversationId": conversation_id(service), "outcome": "RESOLVED"}
    assert await refused(service.agent("lin"), "endCollaboration", **said) == "NOT_FOUND"
    answer = await service.agent("wang").run(
        "query ($id: ID!) { invitation(id: $id) { status } }", id=sent
    )
    assert answer["invitation"] == {"status": "PENDING"}
