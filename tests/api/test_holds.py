"""A conversation is paused until a time: the customer is told, colleagues go on, and it resumes by itself."""

from __future__ import annotations

from typing import Any

from models.conversations import conversations
from models.holds import holds
from models.log import deadlines
from tests.api.asking import act, heard, look, refused, rows, sweep
from tests.api.test_deadlines import OF_SOMEBODY
from tests.documents import CUSTOMER_MESSAGES
from tests.service import Data, Service, codes
from tests.steps import conversation_id, invite, join, note
from tests.world import FAR, make_due

UNTIL = f"{FAR:%Y-%m-%dT%H:%M:%S}.000Z"
NOTICE = "We look into it and are back soon."
CUSTOMERS_VIEW = "{ customerConversation { status resumesAt messages { nodes { author text } } } }"


async def pause(service: Service, key: str = "lin", **said: Any) -> Data:
    given = {"reason": "The supplier is asked.", "notice": NOTICE, "resumesAt": UNTIL, **said}
    return await act(
        service.agent(key),
        "pauseConversation",
        "conversation { status version } message { author text }",
        conversationId=conversation_id(service),
        **given,
    )


async def resume(service: Service, key: str = "lin") -> Data:
    here = conversation_id(service)
    return await act(
        service.agent(key), "resumeConversation", "conversation { status }", conversationId=here
    )


async def test_the_customer_is_told_by_the_service(service: Service) -> None:
    """R146, R198: a notice under the one identity, and when it goes on; the reason is for colleagues."""
    customer = service.customer()
    async with customer.listen(CUSTOMER_MESSAGES) as messages:
        await messages.event()
        payload = await pause(service)
        assert payload["conversation"]["status"] == "ON_HOLD"
        assert payload["message"] == {"author": "SERVICE", "text": NOTICE}
        assert (await messages.event())["message"]["text"] == NOTICE
        assert (await messages.event())["__typename"] == "CustomerConversationPaused"
    seen = (await customer.run(CUSTOMERS_VIEW))["customerConversation"]
    assert (seen["status"], seen["resumesAt"]) == ("ON_HOLD", UNTIL)
    assert "supplier" not in str(seen)
    inside = await look(service, "lin", "hold { reason resumesAt pausedBy { name } }")
    assert inside["hold"] == {
        "reason": "The supplier is asked.",
        "resumesAt": UNTIL,
        "pausedBy": {"name": "Lin"},
    }
    assert (await look(service, "zhao", "status"))["status"] == "ON_HOLD"


async def test_what_is_refused_on_hold(service: Service) -> None:
    """R198: no reply and no second pause; the customer may write, colleagues confer and are invited."""
    await join(service, "wang", level="EDIT")
    await pause(service)
    here = conversation_id(service)
    for key in ("lin", "wang"):
        reply = {"conversationId": here, "text": "Hello."}
        assert await refused(service.agent(key), "sendReply", **reply) == "CONVERSATION_ON_HOLD"
    assert codes(await pause(service)) == ["CONVERSATION_ON_HOLD"]
    said = await act(service.customer(), "sendCustomerMessage", text="How long will it take?")
    assert codes(said) == []
    assert codes(await note(service, "wang", "Nearly there.")) == []
    assert codes(await invite(service, "lin", "chen")) == []
    can = "viewerCan { replyToCustomer pause resume invite }"
    assert (await look(service, "lin", can))["viewerCan"] == {
        "replyToCustomer": False,
        "pause": False,
        "resume": True,
        "invite": True,
    }


async def test_only_the_primary_pauses_and_resumes(service: Service) -> None:
    """R39, R156, R198: PAUSE is FULL's alone."""
    await join(service, "zhao", role="SUPERVISOR")
    expected = {"zhao": "NOT_PERMITTED", "admin": "NOT_PERMITTED", "mei": "NOT_FOUND"}
    for key, code in expected.items():
        assert codes(await pause(service, key)) == [code], key
    await pause(service)
    for key, code in expected.items():
        assert codes(await resume(service, key)) == [code], key


async def test_it_needs_a_notice_and_a_time_to_come(service: Service) -> None:
    """R198: nothing changes by a pause without end."""
    for wrong, at in (
        ({"resumesAt": "2026-01-01T00:00:00Z"}, "resumesAt"),
        ({"notice": " "}, "notice"),
        ({"reason": ""}, "reason"),
    ):
        (error,) = (await pause(service, **wrong))["errors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", at])
    assert (await look(service, "lin", "status hold { reason }")) == {
        "status": "OPEN",
        "hold": None,
    }


async def test_it_is_resumed_by_hand(service: Service) -> None:
    """R198: once; replies go again, and nothing is left for the clock."""
    await pause(service)
    assert (await resume(service))["conversation"] == {"status": "OPEN"}
    assert codes(await resume(service)) == ["NOT_FOUND"]
    assert await rows(service, deadlines, OF_SOMEBODY) == []
    world = service.world
    assert (await heard(service, world.conversation))[-1] == "ConversationResumed"
    assert (await heard(service, world.agents["lin"]))[-2:] == [
        "ConversationPaused",
        "ConversationResumed",
    ]
    assert (await heard(service, world.conversation, "CUSTOMER")) == [
        "TranscriptMessageAdded",
        "CustomerConversationPaused",
        "CustomerConversationResumed",
    ]
    reply = {"conversationId": conversation_id(service), "text": "Here we are."}
    assert codes(await act(service.agent("lin"), "sendReply", **reply)) == []


async def test_it_resumes_by_itself(service: Service) -> None:
    """R198: at its time, told to the primary and the customer."""
    await pause(service)
    (hold,) = await rows(service, holds)
    await make_due(service.database, hold.id, resumes_at=holds)
    await sweep(service)
    (row,) = await rows(service, conversations, conversations.c.id == service.world.conversation)
    assert row.status.name == "OPEN"
    assert (await heard(service, service.world.agents["lin"]))[-1] == "ConversationResumed"
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_a_hold_past_its_time_holds_nothing_before_anything_sweeps(service: Service) -> None:
    """R198: reads show that it goes on, and a reply is let through."""
    await pause(service)
    (hold,) = await rows(service, holds)
    await make_due(service.database, hold.id, resumes_at=holds)
    seen = await look(service, "lin", "status hold { reason } viewerCan { resume }")
    assert seen == {"status": "OPEN", "hold": None, "viewerCan": {"resume": False}}
    customers = (await service.customer().run(CUSTOMERS_VIEW))["customerConversation"]
    assert (customers["status"], customers["resumesAt"]) == ("OPEN", None)
    reply = {"conversationId": conversation_id(service), "text": "Here we are."}
    assert codes(await act(service.agent("lin"), "sendReply", **reply)) == []


async def test_it_can_be_closed_while_paused(service: Service) -> None:
    """R198: the hold ends with it, and the clock finds nothing to resume."""
    await pause(service)
    closed = await act(
        service.agent("lin"), "closeConversation", conversationId=conversation_id(service)
    )
    assert codes(closed) == []
    (hold,) = await rows(service, holds)
    assert hold.ended_at is not None
    assert await rows(service, deadlines, OF_SOMEBODY) == []
    assert (await look(service, "lin", "status hold { reason }")) == {
        "status": "CLOSED",
        "hold": None,
    }
