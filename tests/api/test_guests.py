"""Outside experts: who may invite them, on which terms, and what they see."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import OperationType, print_ast

from domain.agents import AgentPresence
from models.agents import agents, leases
from models.conversations import participants
from tests.api.asking import act, look, open_with, refused
from tests.guests import GUEST, allow, guest_joined, soon
from tests.operations.documents import operations
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, conversation_id, invite, invited, join, note, uuid_of
from tests.streams.kit import reply, say
from tests.world import change, make_due

IDENTIFYING = ["grace", "customer.example", "7946", "0958"]
EARLIER = "said-before-they-came"
CONTACT = "Grace wrote from grace@customer.example, call +44 20 7946 0958"


def leaks(answer: object, *secrets: str) -> list[str]:
    told = json.dumps(answer, ensure_ascii=False).lower()
    return [secret for secret in secrets if secret in told]


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ({"role": "EXPERT"}, "INVALID_INPUT"),
        ({"role": "GUEST_EXPERT"}, "INVALID_INPUT"),
        ({**GUEST, "level": "EDIT"}, "LEVEL_TOO_HIGH"),
        ({**GUEST, "endsAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT"),
    ],
)
async def test_a_guest_comes_on_narrow_terms(service: Service, offer: Data, code: str) -> None:
    """R53: as GUEST_EXPERT alone, at GUIDE at most, with an end that is to come."""
    await allow(service)
    assert codes(await invite(service, "lin", "ext", **offer)) == [code]


async def test_inviting_a_guest_needs_the_right(service: Service) -> None:
    """R53, R174: with it the invitation is sent at once; they need not be connected."""
    assert codes(await invite(service, "lin", "ext", **GUEST)) == ["EXTERNAL_NOT_PERMITTED"]
    await allow(service)
    gone = leases.c.agent_id == service.world.agents["ext"]
    await change(service.database, sa.delete(leases).where(gone))
    payload = await invite(service, "lin", "ext", **GUEST)
    assert codes(payload) == []
    sent = payload["results"][0]["invitation"]
    assert (sent["status"], sent["level"]) == ("PENDING", "GUIDE")
    told = await service.agent("ext").run("{ myInvitations { nodes { kind inviter { name } } } }")
    assert told["myInvitations"]["nodes"] == [
        {"kind": "EXTERNAL_EXPERT", "inviter": {"name": "Lin"}}
    ]


async def test_a_guest_who_does_not_want_to_be_disturbed_is_not(service: Service) -> None:
    await allow(service)
    quiet = sa.update(agents).where(agents.c.id == service.world.agents["ext"])
    await change(service.database, quiet.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    assert codes(await invite(service, "lin", "ext", **GUEST)) == ["INVITEE_DO_NOT_DISTURB"]


async def test_a_colleague_is_never_a_guest(service: Service) -> None:
    await allow(service)
    assert codes(await invite(service, "lin", "wang", **GUEST)) == ["INVALID_INPUT"]


async def test_a_guest_is_never_raised_above_their_ceiling(service: Service) -> None:
    """R53: GUIDE, and never the lead."""
    part = await guest_joined(service)
    lin = service.agent("lin")
    wanted = {"participantId": part, "level": "EDIT"}
    assert await refused(lin, "adjustPermission", **wanted) == "LEVEL_TOO_HIGH"
    assert await refused(lin, "transferPrimary", participantId=part) == "NOT_PERMITTED"


CONTENT = """
messages(last: 100) { totalCount nodes { id text usedNote { text } } }
notes(last: 100) { totalCount nodes { id text suggestedReply aboutMessage { text } } }
events(last: 100) { totalCount nodes { __typename
  ... on CustomerMessagePosted { message { text } } ... on InvitationCreated { invitation { id } } } }
subject customer { displayName maskedEmail maskedPhone } stage { name } stages { nodes { name } }
invitations { nodes { invitee { name } background } } hold { reason }
"""


async def test_a_guest_hears_what_is_said_from_joining_on(service: Service) -> None:
    """R53: earlier messages, notes and events are not there, in lists, counts, numbers of unread and by id alike."""
    await say(service, EARLIER)
    earlier = (await note(service, "lin", EARLIER))["note"]["id"]
    await guest_joined(service)
    await say(service, "afterwards")
    later = (await note(service, "lin", "afterwards"))["note"]["id"]
    seen = await look(service, "ext", CONTENT)
    for kind in ("messages", "notes"):
        assert [each["text"] for each in seen[kind]["nodes"]] == ["afterwards"]
        assert seen[kind]["totalCount"] == 1
    assert leaks(seen, EARLIER) == []
    whole = await look(service, "lin", CONTENT)
    assert seen["events"]["totalCount"] < whole["events"]["totalCount"]
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"
    found = await service.agent("ext").run(nodes, ids=[earlier, later])
    assert found["nodes"] == [None, {"__typename": "InternalNote"}]
    unread = "{ unreadCounts { conversations { messages notes } } }"
    counted = await service.agent("ext").run(unread)
    assert counted["unreadCounts"]["conversations"] == [{"messages": 1, "notes": 1}]


async def test_what_is_about_something_earlier_does_not_quote_it(service: Service) -> None:
    """R53: neither through a note's message nor through a reply's note."""
    await say(service, EARLIER)
    (first,) = (await look(service, "lin", "messages { nodes { id } }"))["messages"]["nodes"]
    hint = {"kind": "GUIDANCE", "text": EARLIER, "suggestedReply": EARLIER}
    here = {"conversationId": conversation_id(service)}
    posted = await act(service.agent("lin"), "postNote", "note { id }", **here, **hint)
    await guest_joined(service)
    await act(service.agent("lin"), "postNote", **here, text="See", aboutMessageId=first["id"])
    used = {"text": "Done", "usedNoteId": posted["note"]["id"]}
    assert codes(await act(service.agent("lin"), "sendReply", **here, **used)) == []
    seen = await look(service, "ext", CONTENT)
    assert leaks(seen, EARLIER) == []
    assert seen["messages"]["nodes"][0]["usedNote"] is None
    assert seen["notes"]["nodes"][0]["aboutMessage"] is None


async def test_a_guest_reads_nothing_that_identifies_the_customer(service: Service) -> None:
    """R53: not in a field, not in any text; colleagues read the same plainly."""
    lin, here = service.agent("lin"), {"conversationId": conversation_id(service)}
    await allow(service)
    told = {"background": CONTACT, "specialNotes": CONTACT}
    id_ = await invited(service, "lin", "ext", request=told, **GUEST)
    ask = """{ myInvitations { nodes { background specialNotes conversationPreview {
      subject customerName messageCount recentMessages { text } } } } }"""
    await say(service, CONTACT)
    waiting = await service.agent("ext").run(ask)
    assert leaks(waiting, *IDENTIFYING) == []
    preview = waiting["myInvitations"]["nodes"][0]["conversationPreview"]
    assert (preview["messageCount"], preview["recentMessages"]) == (0, [])
    assert waiting["myInvitations"]["nodes"][0]["background"].startswith("••• wrote from •••")
    assert codes(await accept(service, "ext", id_)) == []
    await say(service, CONTACT)
    await note(service, "lin", CONTACT)
    hint = {"kind": "GUIDANCE", "text": CONTACT, "suggestedReply": CONTACT}
    assert codes(await act(lin, "postNote", **here, **hint)) == []
    assert codes(await act(lin, "advanceStage", **here, name="Grace, diagnosis")) == []
    await reply(service, "lin", CONTACT)
    pause = {"reason": CONTACT, "notice": "One moment", "resumesAt": GUEST["endsAt"]}
    assert codes(await act(lin, "pauseConversation", **here, **pause)) == []
    seen, plain = [await look(service, key, CONTENT) for key in ("ext", "lin")]
    assert leaks(seen, *IDENTIFYING) == []
    assert leaks(plain, *IDENTIFYING) == IDENTIFYING
    listed = await service.agent("ext").run("{ conversations { nodes { subject } } }")
    assert leaks(listed, *IDENTIFYING) == []


async def test_no_document_of_an_agents_screen_tells_a_guest_more(service: Service) -> None:
    """R53: all of operations/, which ask for nearly every field; a colleague reads what the guest does not."""
    known, here = operations(), conversation_id(service)
    await say(service, f"{EARLIER} {CONTACT}")
    await note(service, "lin", f"{EARLIER} {CONTACT}")
    other = await open_with(service, primary="mei", customer="neighbour")
    await guest_joined(service)
    await join(service, "wang", request={"background": CONTACT})
    await say(service, CONTACT)
    given: dict[str, Any] = {
        "id": here,
        "conversationId": here,
        "ids": [node_id("Agent", service.world.agents["lin"]), here],
        "first": 100,
    }
    told: dict[str, list[Data]] = {"ext": [], "lin": []}
    for name, operation in known.items():
        if operation.operation is OperationType.QUERY:
            asked = {v.variable.name.value for v in operation.variable_definitions or ()}
            variables = {key: value for key, value in given.items() if key in asked}
            for key, answers in told.items():
                document = print_ast(operation)
                answers.append({name: await service.agent(key).ask(document, **variables)})
    secrets = [*IDENTIFYING, EARLIER, node_id("Conversation", other).lower()]
    assert leaks(told["ext"], *secrets) == []
    assert leaks(told["lin"], *secrets[:-1]) == secrets[:-1]


async def test_a_department_of_outside_experts_need_not_be_connected(service: Service) -> None:
    """R53: as when one of them is named."""
    await allow(service)
    gone = leases.c.agent_id == service.world.agents["ext"]
    await change(service.database, sa.delete(leases).where(gone))
    experts = node_id("Department", service.world.departments["external-experts"])
    named = {"target": {"departmentId": experts}, **GUEST}
    here = {"conversationId": conversation_id(service), "invitees": [named]}
    selection = "results { invitations { invitee { name } } errors { code } }"
    (result,) = (await act(service.agent("lin"), "inviteAgents", selection, **here))["results"]
    assert result == {"invitations": [{"invitee": {"name": "Ext"}}], "errors": []}


async def test_a_guest_asks_for_nothing_sensitive(service: Service) -> None:
    """R53, R155: never what identifies the customer."""
    await guest_joined(service)
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": conversation_id(service)}
    ext = service.agent("ext")
    assert await refused(ext, "requestAuthorization", **wanted, purpose="A call") == "NOT_PERMITTED"


async def test_the_part_of_a_guest_ends_by_itself(service: Service) -> None:
    """R53: the end is the clock's, and nothing is seen from then on."""
    part = await guest_joined(service, endsAt=soon())
    assert await look(service, "ext", "id") is not None
    await make_due(service.database, uuid_of(part, "Participant"), ends_at=participants)
    assert await look(service, "ext", "id") is None
    sent = await service.agent("ext").run("{ myInvitations { nodes { background status } } }")
    assert sent["myInvitations"]["nodes"] == [{"background": None, "status": "ACCEPTED"}]
