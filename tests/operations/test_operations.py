"""Every document of operations/ is valid, commented, formatted, and runs; together they ask for the whole schema."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
from graphql import (
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
    validate,
)

from domain.conversations import ConversationClass
from schema.build import schema
from schema.ids import encode
from server.playground import story
from tests.api.asking import open_with
from tests.guests import guest_invited
from tests.operations.documents import FILES, asked, canonical, fields_of, operations
from tests.service import Listener, Person, Service, node_id
from tests.steps import conversation_id, invited, join
from tests.world import FAR, supervise

pytestmark = pytest.mark.one_database  # nothing here depends on which

CORE = schema._schema
WANTED_SHARE = 0.9
PLAIN = (  # need no variables
    "Choices",
    "Conversations",
    "Inbox",
    "InvitationUpdates",
    "Limits",
    "MyConversations",
    "MyInvitations",
    "PresenceChanges",
    "UnreadCounts",
    "NotificationPreferences",
    "PendingApprovals",
    "Policy",
    "Viewer",
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_document_is_valid_and_says_when_to_use_it(file: Path) -> None:
    text = file.read_text()
    document = parse(text)
    assert validate(CORE, document) == []
    assert text.count("\n# ") + text.startswith("# ") == len(document.definitions)
    assert text == canonical(document)


def test_together_they_use_every_root_field() -> None:
    used = {
        (node.operation.value, field.name.value)
        for node in operations().values()
        for field in node.selection_set.selections
        if isinstance(field, FieldNode)
    }
    roots = {"query": CORE.query_type, "mutation": CORE.mutation_type}
    roots["subscription"] = CORE.subscription_type
    assert used == {(kind, name) for kind, root in roots.items() if root for name in root.fields}


def test_together_they_ask_for_nearly_every_field() -> None:
    every = fields_of(CORE)
    used = {field for node in operations().values() for field in asked(CORE, node)}
    left = sorted(f"{kind}.{name}" for kind, name in every - used)
    share = 1 - len(left) / len(every)
    print(f"{share:.1%} of {len(every)} fields; not asked for: {', '.join(left)}")
    assert share >= WANTED_SHARE


def test_each_has_its_place_in_the_story_of_the_playground() -> None:
    """Whoever adds a document adds a step to `operations/story.json`, with variables; `make browser` plays it."""
    chapters = story()["chapters"]
    steps = [step["operation"] for chapter in chapters for step in chapter["steps"]]
    assert set(steps) == operations().keys()
    for chapter in chapters:
        titles = [step["title"]["en"] for step in chapter["steps"]]
        assert len(set(titles)) == len(titles), "a document that comes again has another title"


def test_each_is_run_below() -> None:
    here = Path(__file__).read_text()
    assert [name for name in operations() if f'"{name}"' not in here] == []


async def variables(service: Service) -> dict[str, dict[str, Any]]:
    """Return variables with which each operation does something; lin is the asker."""
    here = conversation_id(service)
    chen = node_id("Agent", service.world.agents["chen"])
    wang = await join(service, "wang")
    sun = await join(service, "sun")
    sent = await invited(service, "lin", "zhou")
    return {
        "FindColleagues": {"conversationId": here, "where": {"text": "chen"}},
        "RecommendCollaborators": {"conversationId": here, "text": "The API answers 502"},
        "Conversation": {"id": here},
        "NextBest": {"invitationId": sent},
        "InviteSuggestions": {"conversationId": here},
        "EarlierMessages": {"id": here},
        "PreviewLeave": {"conversationId": here},
        "CollaborationHistory": {"conversationId": here},
        "Deliveries": {"id": sent},
        "UpdateNotificationPreferences": {"input": {"expectedVersion": 0, "language": "ZH"}},
        "MarkRead": {"input": {"conversationId": here}},
        "EarlierNotes": {"id": here},
        "History": {"id": here},
        "Nodes": {"id": chen, "ids": [chen, here], "invitationId": sent},
        "ConversationEvents": {"id": here},
        "InternalNotes": {"id": here},
        "PostNote": {"input": {"conversationId": here, "text": "A note"}},
        "SendReply": {"input": {"conversationId": here, "text": "A reply"}},
        "RevokeInvitation": {"input": {"invitationId": sent}},
        "InviteAgents": {
            "input": {"conversationId": here, "invitees": [{"target": {"agentId": chen}}]}
        },
        "PreviewInvitation": {
            "input": {"conversationId": here, "invitees": [{"target": {"agentId": chen}}]}
        },
        "SetPresence": {"input": {"presence": "BUSY"}},
        "Heartbeat": {"input": {}},
        "AdjustPermission": {"input": {"participantId": wang, "level": "EDIT"}},
        "RemoveParticipant": {"input": {"participantId": sun}},
        "OpenConversation": {
            "input": {
                "customer": {"id": encode("Customer", service.world.customers["customer"])},
                "subject": "New",
            }
        },
        "AdvanceStage": {"input": {"conversationId": here, "name": "Diagnosis"}},
        "PauseConversation": {
            "input": {
                "conversationId": here,
                "reason": "The supplier looks into it.",
                "notice": "We come back to you soon.",
                "resumesAt": FAR.isoformat(),
            }
        },
        "ResumeConversation": {"input": {"conversationId": here}},
        "EndCollaboration": {"input": {"conversationId": here, "outcome": "RESOLVED"}},
        "CloseConversation": {"input": {"conversationId": here}},
    }


async def test_an_agent_can_run_each_of_theirs(service: Service) -> None:
    known, given = operations(), await variables(service)
    for name in [*PLAIN, *given]:
        await run(service.agent("lin"), known[name], given.get(name, {}))


async def test_an_admin_sets_the_rules(service: Service) -> None:
    known, admin = operations(), service.agent("admin")
    set_ = {"input": {"expectedVersion": 1, "vipLimit": 6}}
    await run(admin, known["UpdateCollaborationPolicy"], set_)
    await run(admin, known["PolicyChanges"], {})
    rule = encode("InviteRule", uuid5(service.world.organization, "vip"))
    await run(admin, known["InviteRules"], {})
    named = {"inviteRuleId": rule, "expectedVersion": 1, "automatic": True}
    await run(admin, known["UpdateInviteRule"], {"input": named})


async def test_an_invitee_answers_and_a_participant_hands_over_and_leaves(service: Service) -> None:
    known = operations()
    accepted = await invited(service, "lin", "wang")
    await run(
        service.agent("wang"), known["AcceptInvitation"], {"input": {"invitationId": accepted}}
    )
    declined = await invited(service, "lin", "chen")
    await run(
        service.agent("chen"), known["DeclineInvitation"], {"input": {"invitationId": declined}}
    )
    sun = await join(service, "sun")
    await run(service.agent("lin"), known["TransferPrimary"], {"input": {"participantId": sun}})
    here = {"input": {"conversationId": conversation_id(service)}}
    await run(service.agent("wang"), known["LeaveConversation"], here)


async def test_a_guest_is_let_in(service: Service) -> None:
    sent = {"input": {"invitationId": await guest_invited(service)}}
    issued = await run(service.agent("lin"), operations()["IssueGuestToken"], sent)
    assert issued["token"]


async def test_an_emergency_is_reviewed(service: Service) -> None:
    known, place = operations(), await open_with(service, ConversationClass.URGENT)
    urgent = {"emergency": True, "emergencyReason": "It burns"}
    await invited(service, "lin", "mei", conversation=place, request=urgent)
    waiting = await run(service.agent("zhao"), known["EmergencyReviews"], {})
    settled = {"reviewId": waiting["nodes"][0]["id"], "verdict": "JUSTIFIED", "comment": "It did."}
    await run(service.agent("zhao"), known["SettleEmergencyReview"], {"input": settled})


async def test_something_sensitive_is_authorised(service: Service) -> None:
    known, here = operations(), conversation_id(service)
    lin, zhao = service.agent("lin"), service.agent("zhao")
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": here, "purpose": "A call."}
    asked = await run(lin, known["RequestAuthorization"], {"input": wanted})
    waiting = await run(zhao, known["PendingAuthorizations"], {})
    assert [each["id"] for each in waiting["nodes"]] == [asked["authorization"]["id"]]
    id_ = {"input": {"authorizationId": asked["authorization"]["id"]}}
    await run(zhao, known["ApproveAuthorization"], id_)
    reveal = {"input": {"conversationId": here, "purpose": "A call."}}
    told = await run(lin, known["RevealCustomerContact"], reveal)
    assert told["contact"]["email"] == "grace@customer.example"
    again = await run(lin, known["RequestAuthorization"], {"input": wanted})
    id_ = {"input": {"authorizationId": again["authorization"]["id"]}}
    await run(zhao, known["DenyAuthorization"], id_)


async def test_the_lead_goes_round(service: Service) -> None:
    known, here = operations(), {"input": {"conversationId": conversation_id(service)}}
    lin, wang, zhao = (service.agent(key) for key in ("lin", "wang", "zhao"))
    part = {"participantId": await join(service, "wang")}
    for answer in ("DeclinePrimary", "WithdrawPrimaryOffer"):
        await run(lin, known["OfferPrimary"], {"input": part})
        await run(lin if answer == "WithdrawPrimaryOffer" else wang, known[answer], here)
    delegate = {**part, "until": FAR.isoformat()}
    await run(lin, known["AppointDelegate"], {"input": delegate})
    ended = await run(wang, known["EndDelegation"], here)
    assert ended["delegation"]["ending"] == "ENDED"
    again = await lin.run(
        "query ($id: ID!) { conversation(id: $id) { participants { nodes { id role } } } }",
        id=conversation_id(service),
    )
    (part["participantId"],) = [
        each["id"]
        for each in again["conversation"]["participants"]["nodes"]
        if each["role"] == "EXPERT"
    ]
    await run(lin, known["OfferPrimary"], {"input": part})
    await run(wang, known["AcceptPrimary"], here)
    reason = {**here["input"], "reason": "Nobody answers."}
    await run(zhao, known["TakeOverConversation"], {"input": reason})


async def test_an_invitee_puts_off_and_a_supervisor_decides(service: Service) -> None:
    known, chen = operations(), service.agent("chen")
    later = {"invitationId": await invited(service, "lin", "wang")}
    await run(service.agent("wang"), known["DeferInvitation"], {"input": later})
    await supervise(service.database, service.world, "chen", "customer-service")
    async with chen.listen(print_ast(known["PendingApprovalUpdates"])) as listener:
        assert (await listener.event())["__typename"] == "ApprovalsSnapshot"
        for name, key in (("ApproveInvitation", "mei"), ("RejectInvitation", "admin")):
            asked_for = {"invitationId": await invited(service, "lin", key)}
            assert (await listener.event())["__typename"] == "ApprovalRequested"
            await run(chen, known[name], {"input": asked_for})
            assert (await listener.event())["__typename"] == "ApprovalClosed"


async def test_a_note_is_posted_and_edited(service: Service) -> None:
    known, lin = operations(), service.agent("lin")
    text = {"conversationId": conversation_id(service), "text": "First"}
    posted = await run(lin, known["PostNote"], {"input": text})
    edit = {"noteId": posted["note"]["id"], "text": "Second", "expectedVersion": 1}
    await run(lin, known["EditNote"], {"input": edit})


async def test_streams_tell_of_what_happens(service: Service) -> None:
    known, lin, wang = operations(), service.agent("lin"), service.agent("wang")
    here = conversation_id(service)

    async def do(person: Person, name: str, **input_: Any) -> Any:
        return await run(person, known[name], {"input": input_})

    async with AsyncExitStack() as stack:

        async def follow(person: Person, name: str, **given: Any) -> Listener:
            listening = person.listen(print_ast(known[name]), **given)
            return await stack.enter_async_context(listening)

        events = await follow(lin, "ConversationEvents", id=here)
        notes = await follow(lin, "InternalNotes", id=here)
        invitations = await follow(lin, "InvitationUpdates", id=here)
        inbox = await follow(wang, "Inbox")
        said = await follow(service.customer(), "CustomerMessages")
        for listener in (events, notes, invitations, inbox, said):
            assert "Snapshot" in (await listener.event())["__typename"]

        part = await join(service, "wang")
        written = (await do(wang, "PostNote", conversationId=here, text="First"))["note"]
        await do(wang, "EditNote", noteId=written["id"], text="Second", expectedVersion=1)
        await do(lin, "AdjustPermission", participantId=part, level="EDIT")
        await do(wang, "SendReply", conversationId=here, text="A reply")
        await do(lin, "TransferPrimary", participantId=part)
        await do(lin, "LeaveConversation", conversationId=here)
        await do(wang, "CloseConversation", conversationId=here)

        assert await heard(notes, "NoteEdited") == ["NotePosted", "NoteEdited"]
        answered = ["InvitationCreated", "InvitationAccepted"]
        assert await heard(invitations, "InvitationAccepted") == answered
        assert await heard(events, "PrimaryTransferred") == [
            *answered,
            *("CollaborationStarted", "ParticipantJoined", "PermissionAdjusted"),
            *("CustomerMessagePosted", "PrimaryTransferred"),
        ]
        assert await heard(inbox, "ConversationClosed") == [
            *answered,
            *("ParticipantJoined", "PermissionAdjusted", "PrimaryTransferred"),
            *("ParticipantLeft", "ConversationClosed"),
        ]
        ended = ["TranscriptMessageAdded", "CustomerConversationEnded"]
        assert await heard(said, "CustomerConversationEnded") == ended


async def heard(listener: Listener, last: str) -> list[str]:
    """Return the kinds of the events up to the named one; none may come with an error."""
    kinds: list[str] = []
    while last not in kinds:
        kinds.append((await listener.event())["__typename"])
    return kinds


async def test_an_invitee_says_what_they_have_seen(service: Service) -> None:
    sent = await invited(service, "lin", "wang")
    await run(
        service.agent("wang"),
        operations()["MarkInvitationSeen"],
        {"input": {"invitationId": sent, "device": "desk"}},
    )


async def test_an_admin_can_run_theirs(service: Service) -> None:
    await run(service.agent("admin"), operations()["AuditLog"], {"first": 5})


async def test_a_customer_can_run_theirs(service: Service) -> None:
    known, customer = operations(), service.customer()
    await run(customer, known["CustomerConversation"], {})
    await run(customer, known["SendCustomerMessage"], {"input": {"text": "Hello"}})
    await run(customer, known["CustomerMessages"], {})


async def run(person: Person, node: OperationDefinitionNode, given: dict[str, Any]) -> Any:
    """Run the operation for real; no error at any place is allowed. Return its first field."""
    if node.operation is OperationType.SUBSCRIPTION:
        async with person.listen(print_ast(node), **given) as listener:
            return await listener.event()
    data = await person.run(print_ast(node), **given)
    (first, *_) = data.values()
    if node.operation is OperationType.MUTATION:
        assert first["errors"] == [], (node.name, first)
    return first
