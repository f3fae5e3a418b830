"""Who may not follow is told so; who may not any more is cut off, and hears nothing of what came after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.ids import new_id
from models.agents import agents
from models.conversations import participants
from tests.service import Listener, Service, node_id
from tests.steps import accept, conversation_id, invite, invited, join, note, uuid_of
from tests.streams.kit import (
    ADJUST,
    CLOSE,
    CONVERSATION_EVENTS,
    CUSTOMER_MESSAGES,
    EVERY,
    INBOX,
    INTERNAL_NOTES,
    INVITATIONS_HERE,
    LEAVE,
    OF_A_CONVERSATION,
    OF_AN_AGENT,
    REMOVE,
    TRANSFER,
    Kind,
    act,
    each,
    say,
    to_the_end,
)
from tests.world import change, make_due

Loss = Callable[[Service, str], Awaitable[None]]


async def removed(service: Service, participant: str) -> None:
    await act(service, "lin", REMOVE, participantId=participant)


async def left(service: Service, participant: str) -> None:
    await act(service, "wang", LEAVE, conversationId=conversation_id(service))


async def dismissed(service: Service, participant: str) -> None:
    end = """mutation End($input: EndCollaborationInput!) { endCollaboration(input: $input) { errors { code } } }"""
    await act(service, "lin", end, conversationId=conversation_id(service), outcome="RESOLVED")


async def closed(service: Service, participant: str) -> None:
    await act(service, "lin", CLOSE, conversationId=conversation_id(service))


async def out_of_time(service: Service, participant: str) -> None:
    id_ = uuid_of(participant, "Participant")
    await make_due(service.database, id_, ends_at=participants)


async def more_happens(service: Service) -> None:
    """Let something happen in the conversation that an outsider must not hear of, if it can."""
    for key in ("lin", "customer"):
        person = service.customer() if key == "customer" else service.agent(key)
        mutation = "sendCustomerMessage" if key == "customer" else "postNote"
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        document = (
            f"mutation ($input: {kind}) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
        )
        input_: dict[str, Any] = {"text": "behind their back"}
        if key == "lin":
            input_["conversationId"] = conversation_id(service)
        await person.run(document, input=input_)


async def cut(listener: Listener, secrets: set[str]) -> None:
    """Expect FORBIDDEN and `complete`, then silence; none of the secrets may have come."""
    told, refused = await to_the_end(listener)
    assert refused == ["FORBIDDEN"]
    assert not secrets & {event["__typename"] for event in told if event}
    await listener.silence(0.1)


@each(OF_A_CONVERSATION)
@pytest.mark.parametrize("loss", [removed, left, dismissed, closed, out_of_time])
async def test_a_lost_right_cuts_the_idle_stream_and_nothing_later_comes(
    service: Service, kind: Kind, loss: Loss
) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    participant = await join(service, "wang", role="ASSISTANT", endsAt=until)
    wang, variables = service.agent("wang"), kind.variables(service)
    async with wang.listen(kind.document, **variables) as listener:
        assert (await listener.event())["__typename"] == kind.snapshot
        await loss(service, participant)
        await more_happens(service)
        await cut(listener, {"NotePosted", "CustomerMessagePosted"})
    async with wang.listen(kind.document, **variables) as listener:
        assert await listener.error() == "NOT_FOUND"


@each(OF_AN_AGENT)
async def test_a_deactivated_agent_is_cut_off_while_idle(
    service: Service, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.following.IDLE_SECONDS", 0.1)
    async with kind.listen(service) as listener:
        await listener.event()
        row = agents.c.id == service.world.agents["lin"]
        await change(service.database, sa.update(agents).where(row).values(active=False))
        await cut(listener, set())
    async with kind.listen(service) as listener:
        assert await listener.error() == "UNAUTHENTICATED"


async def test_a_lowered_level_that_still_lets_read_cuts_nothing(service: Service) -> None:
    participant = await join(service, "wang", level="EDIT")
    async with service.agent("wang").listen(
        INTERNAL_NOTES.document, id=conversation_id(service)
    ) as listener:
        await listener.event()
        await act(service, "lin", ADJUST, participantId=participant, level="READ_ONLY")
        await note(service, "lin", "still for you")
        assert (await listener.event())["__typename"] == "NotePosted"


async def test_handing_over_the_lead_cuts_neither(service: Service) -> None:
    participant = await join(service, "wang")
    lin, wang, id_ = service.agent("lin"), service.agent("wang"), conversation_id(service)
    document = CONVERSATION_EVENTS.document
    async with lin.listen(document, id=id_) as hers, wang.listen(document, id=id_) as his:
        for listener in (hers, his):
            await listener.event()
        await act(service, "lin", TRANSFER, participantId=participant)
        for listener in (hers, his):
            assert (await listener.event())["__typename"] == "PrimaryTransferred"
        await say(service, "Who is it now?")
        for listener in (hers, his):
            assert (await listener.event())["__typename"] == "CustomerMessagePosted"


async def test_who_was_removed_hears_of_it_in_the_inbox(service: Service) -> None:
    participant = await join(service, "wang")
    async with service.agent("wang").listen(INBOX.document) as listener:
        await listener.event()
        await removed(service, participant)
        assert (await listener.event())["__typename"] == "ParticipantLeft"


async def test_the_removed_do_not_hear_the_inviters_next_invitation_to_another(
    service: Service,
) -> None:
    participant = await join(service, "wang")
    async with service.agent("wang").listen(
        INVITATIONS_HERE.document, id=conversation_id(service)
    ) as listener:
        await listener.event()
        await removed(service, participant)
        await invited(service, "lin", "chen")
        await cut(listener, {"InvitationCreated"})


async def test_a_right_that_came_back_lets_follow_again(service: Service) -> None:
    await removed(service, await join(service, "wang"))
    await join(service, "wang")
    async with service.agent("wang").listen(
        INTERNAL_NOTES.document, id=conversation_id(service)
    ) as listener:
        assert (await listener.event())["__typename"] == "NotesSnapshot"


@each(OF_A_CONVERSATION)
@pytest.mark.parametrize("asker", ["wang", "other", "mei"])
async def test_a_hidden_conversation_is_not_found_and_that_is_all(
    service: Service, kind: Kind, asker: str
) -> None:
    await invite(service, "lin", "wang")  # a pending invitee sees no more than anybody
    told = []
    for id_ in (conversation_id(service), node_id("Conversation", new_id())):
        async with service.agent(asker).listen(kind.document, id=id_) as listener:
            told.append([await listener.frame(), await listener.frame()])
            await listener.silence(0.1)
    assert told[0] == told[1]  # there and not there look the same
    assert told[0][0]["payload"]["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert told[0][1]["type"] == "complete"


@each(OF_A_CONVERSATION)
@pytest.mark.parametrize("asker", ["zhao", "admin"])
async def test_from_outside_people_and_times_may_be_seen_but_nothing_followed(
    service: Service, kind: Kind, asker: str
) -> None:
    async with service.agent(asker).listen(kind.document, **kind.variables(service)) as listener:
        assert await listener.error() == "FORBIDDEN"
        await listener.silence(0.1)


@each(EVERY)
async def test_a_token_of_another_audience_is_forbidden_and_none_is_unauthenticated(
    service: Service, kind: Kind
) -> None:
    wrong = service.agent("lin") if kind is CUSTOMER_MESSAGES else service.customer()
    for person, code in (
        (wrong, "FORBIDDEN"),
        (service.integration(), "FORBIDDEN"),
        (service.anonymous(), "UNAUTHENTICATED"),
    ):
        async with person.listen(kind.document, **kind.variables(service)) as listener:
            assert await listener.error() == code


@each(OF_A_CONVERSATION)
async def test_a_malformed_id_is_bad_input(service: Service, kind: Kind) -> None:
    for id_ in ("nonsense", node_id("Agent", service.world.agents["lin"])):
        async with service.agent("lin").listen(kind.document, id=id_) as listener:
            assert await listener.error() == "BAD_USER_INPUT"


async def test_accepting_gives_the_cursor_from_which_nothing_is_missed(service: Service) -> None:
    payload = await accept(service, "wang", await invited(service, "lin", "wang"))
    await say(service, "Between accepting and listening.")
    async with service.agent("wang").listen(
        CONVERSATION_EVENTS.document, id=conversation_id(service), after=payload["cursor"]
    ) as listener:
        assert (await listener.event())["__typename"] == "CustomerMessagePosted"
