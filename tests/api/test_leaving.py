"""Before leaving: what would stay undone. After it: everything that is kept."""

from __future__ import annotations

from typing import Any

from tests.api.asking import act, code_of, look, refused
from tests.api.test_takeovers import clock
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invited, join, note
from tests.world import FAR, supervise

PREVIEW = """
query ($id: ID!) {
  previewLeave(conversationId: $id) {
    canLeave reasons { code } role endsCollaboration lastOfRole unusedSuggestions customerAskedAt
    unread { messages notes } canceledInvitations { id }
  }
}
"""
HISTORY = """
query ($id: ID!) {
  collaborationHistory(conversationId: $id) {
    conversation { id }
    collaborations { outcome endedAt }
    participants {
      nodes { role level leaveReason leftAt agent { name }
        contributions { messages notes suggestionsUsed activeSeconds } }
    }
    invitations { nodes { status invitee { name } } }
    events { nodes { __typename } }
  }
}
"""


async def preview(service: Service, key: str) -> Any:
    answer = await service.agent(key).run(PREVIEW, id=conversation_id(service))
    return answer["previewLeave"]


async def guide(service: Service, key: str, **more: Any) -> Data:
    input_ = {"conversationId": conversation_id(service), "kind": "GUIDANCE", "text": "Say sorry."}
    return await act(
        service.agent(key), "postNote", "note { id topic suggestedReply }", **input_, **more
    )


async def reply(service: Service, key: str, **more: Any) -> Data:
    input_ = {"conversationId": conversation_id(service), "text": "We are sorry."}
    selection = "message { id usedNote { id author { name } } }"
    return await act(service.agent(key), "sendReply", selection, **input_, **more)


async def test_the_last_expert_is_told_what_would_stay_undone(service: Service) -> None:
    """R104: open offers, what nobody used, what nobody answered, what was not read; nothing changes by asking."""
    await join(service, "wang", role="SUPERVISOR")
    offered = await invited(service, "wang", "chen")
    await act(service.customer(), "sendCustomerMessage", text="Hello?")
    await note(service, "lin", "Stay a little")
    await guide(service, "wang", suggestedReply="We are sorry.")
    seen = await preview(service, "wang")
    assert seen.pop("customerAskedAt") is not None
    assert seen == {
        "canLeave": True,
        "reasons": [],
        "role": "SUPERVISOR",
        "endsCollaboration": True,
        "lastOfRole": True,
        "unusedSuggestions": 1,
        "unread": {"messages": 1, "notes": 1},
        "canceledInvitations": [{"id": offered}],
    }
    assert await look(service, "wang", "viewerLevel") == {"viewerLevel": "MANAGE"}


async def test_one_of_several_leaves_little_behind(service: Service) -> None:
    """R104: another of the same role stays, the service spoke last, the suggestion was used."""
    for key in ("wang", "chen"):
        await join(service, key)
    await act(service.customer(), "sendCustomerMessage", text="Hello?")
    posted = await guide(service, "wang", suggestedReply="We are sorry.")
    await reply(service, "lin", usedNoteId=posted["note"]["id"])
    seen = await preview(service, "wang")
    assert (seen["endsCollaboration"], seen["lastOfRole"]) == (False, False)
    assert (seen["unusedSuggestions"], seen["customerAskedAt"]) == (0, None)


async def test_the_primary_is_told_to_transfer_first(service: Service) -> None:
    """R104: in the same words as the refusal would be."""
    seen = await preview(service, "lin")
    assert (seen["canLeave"], seen["reasons"]) == (False, [{"code": "PRIMARY_MUST_TRANSFER"}])
    assert (seen["endsCollaboration"], seen["lastOfRole"]) == (False, False)


async def test_a_delegation_is_told_as_leaving_would_find_it(service: Service) -> None:
    """R104, R197: who leads for somebody can go, and that ends the collaboration; who gets the role back cannot."""
    wang, _ = await join(service, "wang"), await join(service, "chen")
    await act(service.agent("lin"), "appointDelegate", participantId=wang, until=FAR.isoformat())
    lin = await preview(service, "lin")
    assert (lin["canLeave"], lin["reasons"]) == (False, [{"code": "PRIMARY_MUST_TRANSFER"}])
    assert (await preview(service, "chen"))["endsCollaboration"] is False
    here = conversation_id(service)
    await act(service.agent("chen"), "leaveConversation", conversationId=here)
    seen = await preview(service, "wang")
    assert (seen["canLeave"], seen["reasons"], seen["endsCollaboration"]) == (True, [], True)
    left = await act(
        service.agent("wang"), "leaveConversation", conversationId=conversation_id(service)
    )
    assert codes(left) == []
    ended = await look(service, "lin", "collaboration { id }")
    assert ended == {"collaboration": None}


async def test_only_who_takes_part_can_leave(service: Service) -> None:
    """R104, R156: null for who does not know of it, FORBIDDEN for who looks from outside."""
    assert await preview(service, "mei") is None
    assert await preview(service, "other") is None
    here = conversation_id(service)
    assert await code_of(service.agent("zhao"), PREVIEW, id=here) == "FORBIDDEN"
    assert await code_of(service.customer(), PREVIEW, id=here) == "FORBIDDEN"


async def test_the_whole_history_is_kept(service: Service) -> None:
    """R106, R110: every part with its level, times, reason and contributions; every invitation and group."""
    here = conversation_id(service)
    wang = await join(service, "wang", level="EDIT")
    await note(service, "wang", "One")
    posted = await guide(service, "wang", suggestedReply="We are sorry.")
    await reply(service, "lin", usedNoteId=posted["note"]["id"])
    await reply(service, "wang")
    await act(service.agent("lin"), "removeParticipant", participantId=wang)
    await act(
        service.agent("chen"),
        "declineInvitation",
        invitationId=await invited(service, "lin", "chen"),
    )
    await join(service, "sun", role="OBSERVER")
    await act(service.agent("sun"), "leaveConversation", conversationId=here)
    kept = (await service.agent("lin").run(HISTORY, id=here))["collaborationHistory"]
    assert kept["conversation"] == {"id": here}
    assert [each["outcome"] for each in kept["collaborations"]] == [None, None]
    assert all(each["endedAt"] for each in kept["collaborations"])
    parts = {each["agent"]["name"]: each for each in kept["participants"]["nodes"]}
    left = {name: (part["level"], part["leaveReason"]) for name, part in parts.items()}
    assert left == {
        "Lin": ("FULL", None),
        "Wang": ("EDIT", "REMOVED"),
        "Sun": ("READ_ONLY", "LEFT"),
    }
    done = {"messages": 1, "notes": 2, "suggestionsUsed": 1, "activeSeconds": 0}
    assert parts["Wang"]["contributions"] == done
    assert parts["Lin"]["contributions"]["messages"] == 1
    assert [each["status"] for each in kept["invitations"]["nodes"]] == [
        *("ACCEPTED", "DECLINED", "ACCEPTED"),
    ]
    told = [each["__typename"] for each in kept["events"]["nodes"]]
    assert "CustomerMessagePosted" not in told
    assert told.count("ParticipantLeft") == told.count("CollaborationEnded") == 2


async def test_who_oversees_sees_people_and_times_of_it(service: Service) -> None:
    """R110, R156: no invitation, no event; who knows of no conversation gets null."""
    await join(service, "wang")
    here = conversation_id(service)
    kept = (await service.agent("zhao").run(HISTORY, id=here))["collaborationHistory"]
    assert len(kept["participants"]["nodes"]) == 2
    assert (kept["invitations"]["nodes"], kept["events"]["nodes"]) == ([], [])
    assert (await service.agent("mei").run(HISTORY, id=here))["collaborationHistory"] is None


async def test_guidance_says_what_it_teaches(service: Service) -> None:
    """R15, R16, R17, R18: wording, process, customer, contingency; only guidance does."""
    for topic in ("WORDING", "PROCESS", "CUSTOMER", "CONTINGENCY"):
        posted = await guide(service, "lin", topic=topic)
        assert (codes(posted), posted["note"]["topic"]) == ([], topic)
    remark = {"conversationId": conversation_id(service), "text": "A remark", "kind": "REMARK"}
    lin = service.agent("lin")
    assert await refused(lin, "postNote", **remark, topic="WORDING") == "INVALID_INPUT"
    assert await refused(lin, "postNote", **remark, suggestedReply="Hello") == "INVALID_INPUT"


async def test_a_coach_corrects_what_was_said(service: Service) -> None:
    """R93, R131: while it happens, on the message it is about, with better words."""
    await join(service, "wang", role="COACH")
    said = (await reply(service, "lin"))["message"]["id"]
    better = {"suggestedReply": "We are very sorry.", "aboutMessageId": said}
    posted = await guide(service, "wang", topic="WORDING", **better)
    seen = await look(
        service,
        "lin",
        "notes(kinds: [GUIDANCE]) { nodes { id suggestedReply aboutMessage { id } } }",
    )
    (note_,) = seen["notes"]["nodes"]
    assert (note_["id"], note_["aboutMessage"]) == (posted["note"]["id"], {"id": said})
    assert note_["suggestedReply"] == "We are very sorry."


async def test_collaborating_does_not_stop_the_customers_clock(service: Service) -> None:
    """R164: neither notes nor invitations, approved or not, count as an answer; only a reply does."""
    await supervise(service.database, service.world, "chen", "customer-service")
    await act(service.customer(), "sendCustomerMessage", text="Hello?")
    asked, due = (await preview(service, "lin"))["customerAskedAt"], (await clock(service)).due_at
    await note(service, "lin", "What shall we say?")
    await join(service, "wang")
    waiting = await invited(service, "lin", "mei")
    assert (await clock(service)).due_at == due
    approved = await act(service.agent("chen"), "approveInvitation", invitationId=waiting)
    assert codes(approved) == []
    assert (await clock(service)).due_at == due
    await act(service.customer(), "sendCustomerMessage", text="Hello?!")
    assert (await preview(service, "lin"))["customerAskedAt"] == asked
    await reply(service, "lin")
    assert (await preview(service, "lin"))["customerAskedAt"] is None
    assert await clock(service) is None


async def test_a_reply_names_the_note_that_suggested_it(service: Service) -> None:
    """R97, R106: the author keeps the credit; the customer sees the words alone."""
    await join(service, "wang")
    posted = await guide(service, "wang", suggestedReply="We are sorry.", topic="WORDING")
    id_ = posted["note"]["id"]
    sent = await reply(service, "lin", usedNoteId=id_)
    assert sent["message"]["usedNote"] == {"id": id_, "author": {"name": "Wang"}}
    assert (await reply(service, "lin"))["message"]["usedNote"] is None
    asked = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await service.customer().ask(asked, id=id_))["data"] == {"node": None}


async def test_only_a_suggestion_of_here_can_be_used(service: Service) -> None:
    """R97, R156: not a note without one, not one of another conversation, known or not."""
    plain = (await note(service, "lin", "No suggestion"))["note"]["id"]
    assert codes(await reply(service, "lin", usedNoteId=plain)) == ["INVALID_INPUT"]
    unknown = node_id("InternalNote", service.world.conversation)
    assert codes(await reply(service, "lin", usedNoteId=unknown)) == ["NOT_FOUND"]
    assert await look(service, "lin", "messages { totalCount }") == {"messages": {"totalCount": 0}}


COUNTS = (
    "{ unreadCounts { total invitations conversations { messages notes conversation { id } } } }"
)


async def counts(service: Service, key: str) -> Any:
    return (await service.agent(key).run(COUNTS))["unreadCounts"]


async def test_unread_numbers_are_kept(service: Service) -> None:
    """R78: what others said since; one's own words are read, and so is what was said before joining."""
    await note(service, "lin", "Before")
    await join(service, "wang")
    assert (await counts(service, "wang"))["total"] == 0
    await note(service, "lin", "One")
    await note(service, "wang", "Two")
    await act(service.customer(), "sendCustomerMessage", text="Hello?")
    await reply(service, "lin")
    here = {"conversation": {"id": conversation_id(service)}, "messages": 2, "notes": 1}
    seen = await counts(service, "wang")
    assert seen == {"total": 3, "invitations": 0, "conversations": [here]}
    await invited(service, "lin", "chen")
    waiting = await counts(service, "chen")
    assert waiting == {"total": 1, "invitations": 1, "conversations": []}


async def test_reading_begins_them_anew(service: Service) -> None:
    """R78: for the reader alone; who takes no part can mark nothing."""
    await join(service, "wang")
    await note(service, "lin", "One")
    here = {"conversationId": conversation_id(service)}
    assert codes(await act(service.agent("wang"), "markRead", **here)) == []
    assert (await counts(service, "wang"))["total"] == 0
    await note(service, "wang", "Two")
    assert (await counts(service, "wang"))["total"] == 0
    assert (await counts(service, "lin"))["total"] == 1
    assert await refused(service.agent("mei"), "markRead", **here) == "NOT_FOUND"
    await act(service.agent("wang"), "leaveConversation", **here)
    assert (await counts(service, "wang"))["conversations"] == []
