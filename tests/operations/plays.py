"""Short plays that together run every document of operations/; none of their answers may hold an error.

A play takes a fresh service, in whose world lin leads a conversation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid5

from graphql import OperationType, print_ast

from domain.conversations import ConversationClass
from schema.ids import encode
from tests.api.asking import open_with
from tests.guests import guest_invited
from tests.operations.documents import operations
from tests.service import Listener, Person, Service, node_id
from tests.steps import conversation_id, invited, join
from tests.world import FAR, supervise

Play = Callable[[Service], Awaitable[None]]
PLAYS: list[Play] = []
KNOWN = operations()

NEED_NO_VARIABLES = (
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
NEED_A_CONVERSATION = (
    "CollaborationHistory",
    "InviteSuggestions",
    "PreviewLeave",
)
NEED_AN_ID = (
    "Conversation",
    "ConversationEvents",
    "EarlierMessages",
    "EarlierNotes",
    "History",
    "InternalNotes",
)


def play(function: Play) -> Play:
    PLAYS.append(function)
    return function


async def run(person: Person, name: str, /, **variables: Any) -> Any:
    """Run a document for real, and return what stands under its first field."""
    node = KNOWN[name]
    if node.operation is OperationType.SUBSCRIPTION:
        async with person.listen(print_ast(node), **variables) as listener:
            return await listener.event()
    data = await person.run(print_ast(node), **variables)
    (first, *_) = data.values()
    if node.operation is OperationType.MUTATION:
        assert first["errors"] == [], (name, first)
    return first


async def do(person: Person, name: str, /, **input_: Any) -> Any:
    return await run(person, name, input=input_)


@play
async def an_agent_reads(service: Service) -> None:
    lin, here = service.agent("lin"), conversation_id(service)
    chen = node_id("Agent", service.world.agents["chen"])
    sent = await invited(service, "lin", "zhou")
    await join(service, "wang")
    for name in NEED_NO_VARIABLES:
        await run(lin, name)
    for name in NEED_A_CONVERSATION:
        await run(lin, name, conversationId=here)
    for name in NEED_AN_ID:
        await run(lin, name, id=here)
    await run(lin, "Deliveries", id=sent)
    await run(lin, "FindColleagues", conversationId=here, where={"text": "chen"})
    await run(lin, "NextBest", invitationId=sent)
    await run(lin, "Nodes", id=chen, ids=[chen, here], invitationId=sent)
    await run(lin, "RecommendCollaborators", conversationId=here, text="The API answers 502")


@play
async def an_agent_works(service: Service) -> None:
    lin, here = service.agent("lin"), conversation_id(service)
    chen = {"target": {"agentId": node_id("Agent", service.world.agents["chen"])}}
    sent = await invited(service, "lin", "zhou")
    customer = {"id": encode("Customer", service.world.customers["customer"])}
    await do(lin, "SetPresence", presence="BUSY")
    await do(lin, "Heartbeat")
    await do(lin, "UpdateNotificationPreferences", expectedVersion=0, language="ZH")
    await do(lin, "OpenConversation", customer=customer, subject="New")
    await do(lin, "PreviewInvitation", conversationId=here, invitees=[chen])
    await do(lin, "InviteAgents", conversationId=here, invitees=[chen])
    await do(lin, "RevokeInvitation", invitationId=sent)
    await do(lin, "SendReply", conversationId=here, text="A reply")
    await do(lin, "MarkRead", conversationId=here)
    await do(lin, "AdvanceStage", conversationId=here, name="Diagnosis")


@play
async def a_conversation_comes_to_its_end(service: Service) -> None:
    lin, here = service.agent("lin"), conversation_id(service)
    wang, sun = await join(service, "wang"), await join(service, "sun")
    await do(lin, "AdjustPermission", participantId=wang, level="EDIT")
    await do(lin, "RemoveParticipant", participantId=sun)
    pause = {"reason": "The supplier looks into it.", "notice": "We come back to you soon."}
    await do(lin, "PauseConversation", conversationId=here, resumesAt=FAR.isoformat(), **pause)
    await do(lin, "ResumeConversation", conversationId=here)
    await do(lin, "EndCollaboration", conversationId=here, outcome="RESOLVED")
    await do(lin, "CloseConversation", conversationId=here)


@play
async def an_admin_sets_the_rules(service: Service) -> None:
    admin = service.agent("admin")
    vip = encode("InviteRule", uuid5(service.world.organization, "vip"))
    await do(admin, "UpdateCollaborationPolicy", expectedVersion=1, vipLimit=6)
    await run(admin, "PolicyChanges")
    await run(admin, "InviteRules")
    await do(admin, "UpdateInviteRule", inviteRuleId=vip, expectedVersion=1, automatic=True)
    await run(admin, "AuditLog", first=5)


@play
async def an_invitee_answers_and_leaves(service: Service) -> None:
    lin, wang, chen = (service.agent(key) for key in ("lin", "wang", "chen"))
    sent = await invited(service, "lin", "wang")
    await do(wang, "MarkInvitationSeen", invitationId=sent, device="desk")
    await do(wang, "AcceptInvitation", invitationId=sent)
    await do(chen, "DeclineInvitation", invitationId=await invited(service, "lin", "chen"))
    await do(lin, "TransferPrimary", participantId=await join(service, "sun"))
    await do(wang, "LeaveConversation", conversationId=conversation_id(service))


@play
async def a_guest_is_let_in(service: Service) -> None:
    sent = await guest_invited(service)
    assert (await do(service.agent("lin"), "IssueGuestToken", invitationId=sent))["token"]


@play
async def an_emergency_is_reviewed(service: Service) -> None:
    zhao, place = service.agent("zhao"), await open_with(service, ConversationClass.URGENT)
    urgent = {"emergency": True, "emergencyReason": "It burns"}
    await invited(service, "lin", "mei", conversation=place, request=urgent)
    review = (await run(zhao, "EmergencyReviews"))["nodes"][0]["id"]
    verdict = {"verdict": "JUSTIFIED", "comment": "It did."}
    await do(zhao, "SettleEmergencyReview", reviewId=review, **verdict)


@play
async def something_sensitive_is_authorised(service: Service) -> None:
    lin, zhao, here = service.agent("lin"), service.agent("zhao"), conversation_id(service)
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": here, "purpose": "A call."}
    asked = (await do(lin, "RequestAuthorization", **wanted))["authorization"]["id"]
    waiting = (await run(zhao, "PendingAuthorizations"))["nodes"]
    assert [each["id"] for each in waiting] == [asked]
    await do(zhao, "ApproveAuthorization", authorizationId=asked)
    told = await do(lin, "RevealCustomerContact", conversationId=here, purpose="A call.")
    assert told["contact"]["email"] == "grace@customer.example"
    again = (await do(lin, "RequestAuthorization", **wanted))["authorization"]["id"]
    await do(zhao, "DenyAuthorization", authorizationId=again)


@play
async def the_lead_goes_round(service: Service) -> None:
    here = conversation_id(service)
    lin, wang, zhao = (service.agent(key) for key in ("lin", "wang", "zhao"))
    part = await join(service, "wang")
    for person, answer in ((wang, "DeclinePrimary"), (lin, "WithdrawPrimaryOffer")):
        await do(lin, "OfferPrimary", participantId=part)
        await do(person, answer, conversationId=here)
    await do(lin, "AppointDelegate", participantId=part, until=FAR.isoformat())
    ended = await do(wang, "EndDelegation", conversationId=here)
    assert ended["delegation"]["ending"] == "ENDED"
    await do(lin, "OfferPrimary", participantId=await expert(lin, here))
    await do(wang, "AcceptPrimary", conversationId=here)
    await do(zhao, "TakeOverConversation", conversationId=here, reason="Nobody answers.")


async def expert(person: Person, here: str) -> str:
    """Return the id of the participant who is there as an expert."""
    asked = "query ($id: ID!) { conversation(id: $id) { participants { nodes { id role } } } }"
    found = (await person.run(asked, id=here))["conversation"]["participants"]["nodes"]
    (id_,) = [each["id"] for each in found if each["role"] == "EXPERT"]
    return str(id_)


@play
async def an_invitee_puts_off_and_a_supervisor_decides(service: Service) -> None:
    chen = service.agent("chen")
    later = await invited(service, "lin", "wang")
    await do(service.agent("wang"), "DeferInvitation", invitationId=later)
    await supervise(service.database, service.world, "chen", "customer-service")
    async with chen.listen(print_ast(KNOWN["PendingApprovalUpdates"])) as listener:
        assert (await listener.event())["__typename"] == "ApprovalsSnapshot"
        for name, key in (("ApproveInvitation", "mei"), ("RejectInvitation", "admin")):
            asked_for = await invited(service, "lin", key)
            assert (await listener.event())["__typename"] == "ApprovalRequested"
            await do(chen, name, invitationId=asked_for)
            assert (await listener.event())["__typename"] == "ApprovalClosed"


@play
async def a_note_is_posted_and_edited(service: Service) -> None:
    lin, here = service.agent("lin"), conversation_id(service)
    posted = (await do(lin, "PostNote", conversationId=here, text="First"))["note"]["id"]
    await do(lin, "EditNote", noteId=posted, text="Second", expectedVersion=1)


@play
async def a_customer_talks(service: Service) -> None:
    customer = service.customer()
    await run(customer, "CustomerConversation")
    await do(customer, "SendCustomerMessage", text="Hello")
    await run(customer, "CustomerMessages")


@play
async def streams_tell_of_what_happens(service: Service) -> None:
    lin, wang, here = service.agent("lin"), service.agent("wang"), conversation_id(service)
    async with AsyncExitStack() as stack:

        async def follow(person: Person, name: str, **given: Any) -> Listener:
            listening = person.listen(print_ast(KNOWN[name]), **given)
            listener = await stack.enter_async_context(listening)
            assert "Snapshot" in (await listener.event())["__typename"]
            return listener

        events = await follow(lin, "ConversationEvents", id=here)
        notes = await follow(lin, "InternalNotes", id=here)
        invitations = await follow(lin, "InvitationUpdates", id=here)
        inbox = await follow(wang, "Inbox")
        said = await follow(service.customer(), "CustomerMessages")
        await _much(service)
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


async def _much(service: Service) -> None:
    lin, wang, here = service.agent("lin"), service.agent("wang"), conversation_id(service)
    part = await join(service, "wang")
    written = (await do(wang, "PostNote", conversationId=here, text="First"))["note"]["id"]
    await do(wang, "EditNote", noteId=written, text="Second", expectedVersion=1)
    await do(lin, "AdjustPermission", participantId=part, level="EDIT")
    await do(wang, "SendReply", conversationId=here, text="A reply")
    await do(lin, "TransferPrimary", participantId=part)
    await do(lin, "LeaveConversation", conversationId=here)
    await do(wang, "CloseConversation", conversationId=here)


async def heard(listener: Listener, last: str) -> list[str]:
    """Return the kinds of the events up to the named one; none may come with an error."""
    kinds: list[str] = []
    while last not in kinds:
        kinds.append((await listener.event())["__typename"])
    return kinds
