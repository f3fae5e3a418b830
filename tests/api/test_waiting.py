"""The customer waits longer than they should: who leads is warned, once until somebody replies."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.handing import delegations
from models.holds import holds
from models.log import deadlines
from models.messages import messages
from models.unit_of_work import unit_of_work
from resolvers import waiting
from tests.api.asking import act, heard, look, rows, sweep
from tests.api.test_delegations import appoint
from tests.api.test_holds import pause, resume
from tests.api.test_offers import leads
from tests.api.test_takeovers import ask, clock, wait_in_vain
from tests.guests import guest_joined
from tests.service import Service, codes
from tests.steps import conversation_id, invited, join, note
from tests.world import FAR, make_due, set_policy, supervise

TARGET = DeadlineKind.CUSTOMER_REPLY_TARGET
WARNED = "CustomerReplyTargetMissed"
INBOX = """subscription { inbox { __typename
  ... on CustomerReplyTargetMissed { askedAt conversation { subject } }
  notice { kind title body priority link } } }"""
TOLD = """query ($id: ID!) { conversation(id: $id) {
  events(first: 100) { nodes { __typename ... on CustomerWaitsEvent { askedAt } } } } }"""


async def miss(service: Service) -> None:
    """Let the time be over in which the customer should have a reply."""
    await make_due(service.database, service.world.conversation, TARGET)
    await sweep(service)


async def due_at(service: Service) -> datetime | None:
    found = await rows(service, deadlines, deadlines.c.kind == TARGET)
    return found[0].due_at if found else None


async def seconds_left(service: Service, since: datetime) -> float:
    due = await due_at(service)
    assert due is not None
    return (due - since).total_seconds()


async def warned(service: Service, key: str) -> int:
    return (await heard(service, service.world.agents[key], "INBOX")).count(WARNED)


async def reply(service: Service, key: str = "lin") -> None:
    said = {"conversationId": conversation_id(service), "text": "I look into it."}
    assert codes(await act(service.agent(key), "sendReply", **said)) == []


async def test_the_clock_runs_while_colleagues_are_asked_and_confer(service: Service) -> None:
    """R164: inviting, waiting for an approval, joining and discussing are no reply; the primary alone is warned."""
    await supervise(service.database, service.world, "chen", "customer-service")
    await ask(service)
    (said,) = await rows(service, messages)
    due = await due_at(service)
    assert due is not None
    assert due - said.sent_at == timedelta(seconds=300)
    await invited(service, "lin", "mei")
    await join(service, "wang")
    await note(service, "wang", "What shall we say?")
    await ask(service)
    assert await due_at(service) == due
    await miss(service)
    reached = {key for key in service.world.agents if await warned(service, key)}
    assert reached == {"lin"}


async def test_the_primary_reads_how_long_and_about_what(service: Service) -> None:
    """R164, R76: ready for a popup, masked, that leads to the conversation."""
    await ask(service)
    async with service.agent("lin").listen(INBOX) as listener:
        await listener.event()
        await miss(service)
        told = await listener.event()
    (said,) = await rows(service, messages)
    assert told["__typename"] == WARNED
    late = said.sent_at - datetime.fromisoformat(told["askedAt"])
    assert timedelta() <= late < timedelta(milliseconds=1)
    notice = told["notice"]
    assert (notice["kind"], notice["priority"]) == ("ALARM", "HIGH")
    assert "The API answers 502" in notice["body"]
    assert "@" not in notice["body"]
    assert notice["link"] == f"conversations/{conversation_id(service)}"


async def test_once_until_somebody_replies(service: Service) -> None:
    """R164: more messages of the same waiting customer warn nobody again; after a reply it begins anew."""
    await ask(service)
    await miss(service)
    await ask(service)
    assert await due_at(service) is None
    await reply(service)
    await ask(service)
    await miss(service)
    assert await warned(service, "lin") == 2


async def test_a_reply_of_anybody_is_one(service: Service) -> None:
    """R164: who helps may reply too; closing ends the waiting as well."""
    await join(service, "wang", level="EDIT")
    await ask(service)
    await reply(service, "wang")
    assert await due_at(service) is None
    await ask(service)
    here = {"conversationId": conversation_id(service)}
    assert codes(await act(service.agent("lin"), "closeConversation", **here)) == []
    assert await due_at(service) is None
    assert await warned(service, "lin") == 0


async def test_a_late_reply_does_not_undo_it(service: Service) -> None:
    """R164: what was due before the reply is done before it, once."""
    await ask(service)
    await make_due(service.database, service.world.conversation, TARGET)
    await reply(service)
    await sweep(service)
    assert await warned(service, "lin") == 1
    events = await heard(service, service.world.conversation, "CONVERSATION")
    assert events[-2:] == [WARNED, "CustomerMessagePosted"]


async def test_the_first_message_may_open_the_conversation(service: Service) -> None:
    """R164."""
    opened = await act(
        service.agent("lin"),
        "openConversation",
        customer={"new": {"externalId": "new", "displayName": "New"}},
        subject="A question",
        firstMessage="Is anybody there?",
    )
    assert codes(opened) == []
    assert await due_at(service) is not None


async def test_a_delegate_is_warned_while_they_lead(service: Service) -> None:
    """R164, R197: not who is away meanwhile; once the role has returned, who has it again."""
    await appoint(service, await join(service, "wang"))
    await ask(service)
    await miss(service)
    assert (await warned(service, "lin"), await warned(service, "wang")) == (0, 1)
    await reply(service, "wang")
    await ask(service)
    (delegated,) = await rows(service, delegations)
    await make_due(service.database, service.world.conversation, TARGET)
    await make_due(service.database, delegated.id, until=delegations)
    await sweep(service)
    assert await leads(service) == "lin"
    assert (await warned(service, "lin"), await warned(service, "wang")) == (1, 1)


@pytest.mark.parametrize("cause", ["clock", "transfer", "takeover"])
async def test_a_new_primary_does_not_give_the_customer_a_longer_wait(
    service: Service, cause: str
) -> None:
    """R164, R199: the primary's own time begins anew, the customer's runs on; who leads then is warned."""
    wang = await join(service, "wang")
    await ask(service)
    due = await due_at(service)
    if cause == "clock":
        await wait_in_vain(service)
    elif cause == "transfer":
        await act(service.agent("lin"), "transferPrimary", participantId=wang)
    else:
        here = {"conversationId": conversation_id(service), "reason": "It takes too long."}
        assert codes(await act(service.agent("zhao"), "takeOverConversation", **here)) == []
    assert await due_at(service) == due
    leader = await leads(service)
    assert leader != "lin"
    await miss(service)
    assert (await warned(service, leader), await warned(service, "lin")) == (1, 0)


async def test_at_once_with_a_takeover_the_new_primary_is_warned(service: Service) -> None:
    """R164, R199: whichever of the two was due first; never somebody who does not lead any more."""
    await join(service, "wang")
    await ask(service)
    await make_due(service.database, service.world.conversation, TARGET)
    await make_due(service.database, service.world.conversation, DeadlineKind.PRIMARY_UNRESPONSIVE)
    await sweep(service)
    assert await leads(service) == "wang"
    assert (await warned(service, "lin"), await warned(service, "wang")) == (0, 1)


async def test_the_target_may_come_before_the_takeover(service: Service) -> None:
    """R164, R199: where it is the shorter one, the primary is warned before somebody else leads."""
    await set_policy(service.database, service.world, customer_reply_target_seconds=60)
    await join(service, "wang")
    await ask(service)
    due = sa.select(deadlines.c.kind).where(deadlines.c.subject_id == service.world.conversation)
    order = await service.database.all(
        due.where(deadlines.c.kind != DeadlineKind.COLLABORATORS_IDLE).order_by(deadlines.c.due_at)
    )
    assert [row.kind for row in order] == [TARGET, DeadlineKind.PRIMARY_UNRESPONSIVE]
    await miss(service)
    await wait_in_vain(service)
    assert await leads(service) == "wang"
    assert (await warned(service, "lin"), await warned(service, "wang")) == (1, 0)


async def test_on_hold_nobody_is_warned(service: Service) -> None:
    """R164, R198: the customer was told when it goes on; from then on they wait again."""
    await ask(service)
    await pause(service)
    assert await due_at(service) is None
    await ask(service)
    assert await due_at(service) is None
    (hold,) = await rows(service, holds)
    await make_due(service.database, hold.id, resumes_at=holds)
    await sweep(service)
    (resumed,) = await rows(service, holds)
    assert 295 < await seconds_left(service, resumed.ended_at) <= 301
    await miss(service)
    assert await warned(service, "lin") == 1


async def test_a_pause_answers_nothing(service: Service) -> None:
    """R164, R198, R199: its notice asks to wait; who waited before waits again when it is over."""
    await ask(service)
    await pause(service)
    assert await due_at(service) is None
    await resume(service)
    assert await due_at(service) is not None
    await miss(service)
    assert await warned(service, "lin") == 1
    await pause(service)
    await resume(service)
    assert await due_at(service) is None  # it is missed once
    assert await clock(service) is not None
    await reply(service)
    await pause(service)
    await resume(service)
    assert await clock(service) is None


async def test_who_waits_without_a_clock_gets_one_with_what_they_say_next(service: Service) -> None:
    """R164: as where the message is older than the clock."""
    await ask(service)
    async with unit_of_work(service.database, lambda heads: None) as work:
        await waiting.stop(work, service.world.conversation)
    assert await due_at(service) is None
    await ask(service)
    assert await due_at(service) is not None
    await miss(service)
    assert await warned(service, "lin") == 1


async def test_another_target_is_for_who_waits_next(service: Service) -> None:
    """R164, R187: a clock that runs keeps its end; lower or higher, it is missed once."""
    await ask(service)
    due = await due_at(service)
    lower = {"expectedVersion": 1, "customerReplyTargetSeconds": 20}
    assert codes(await act(service.agent("admin"), "updateCollaborationPolicy", **lower)) == []
    await ask(service)
    assert await due_at(service) == due
    await miss(service)
    await reply(service)
    await ask(service)
    said = (await rows(service, messages))[-1]
    assert await seconds_left(service, said.sent_at) == 20
    await miss(service)
    assert await warned(service, "lin") == 2


async def test_who_takes_part_may_know_and_nobody_else(service: Service) -> None:
    """R164, R101, R156: in the conversation's own stream for colleagues and guests; outside nothing; the customer never."""
    await join(service, "wang", role="OBSERVER")
    await guest_joined(service, endsAt=FAR.isoformat())
    await ask(service)
    await miss(service)
    for key in ("lin", "wang", "ext"):
        told = await service.agent(key).run(TOLD, id=conversation_id(service))
        assert told["conversation"]["events"]["nodes"][-1]["__typename"] == WARNED, key
    for key in ("zhao", "admin"):
        outside = await service.agent(key).ask(TOLD, id=conversation_id(service))
        assert outside["data"] == {"conversation": {"events": None}}, key
    for key in ("mei", "sun", "other"):
        assert await look(service, key, "id") is None, key
    assert WARNED not in await heard(service, service.world.conversation, "CUSTOMER")
    seen = await service.customer().ask(TOLD, id=conversation_id(service))
    assert WARNED not in str(seen)
