"""A retried mutation happens once; a refused one is tried anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from models.agents import agents
from models.audit import entries
from models.invitations import invitations
from models.log import idempotency
from models.messages import messages
from tests.api.asking import act, heard, refused, rows
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invite, invited
from tests.world import change


async def invite_with(service: Service, key: str, *invitees: str, **request: Any) -> Data:
    return await invite(service, "lin", *invitees, request={"idempotencyKey": key, **request})


async def test_a_double_click_sends_one_invitation(service: Service) -> None:
    """R68: the second answer is the first one again."""
    first = await invite_with(service, "click", "wang")
    assert await invite_with(service, "click", "wang") == first
    assert len(await rows(service, invitations)) == 1
    assert await heard(service, service.world.agents["wang"]) == ["InvitationCreated"]
    assert len(await rows(service, entries)) == 1


async def test_another_input_under_the_same_key_is_a_conflict(service: Service) -> None:
    """R68: nothing of it happens."""
    await invite_with(service, "click", "wang")
    assert codes(await invite_with(service, "click", "chen")) == ["IDEMPOTENCY_CONFLICT"]
    changed = await invite_with(service, "click", "wang", background="More words")
    assert codes(changed) == ["IDEMPOTENCY_CONFLICT"]
    assert len(await rows(service, invitations)) == 1


async def test_a_key_belongs_to_one_person_and_one_operation(service: Service) -> None:
    """R68: the same key elsewhere is another key."""
    sent = await invited(service, "lin", "wang")
    said = {"conversationId": conversation_id(service), "text": "Hello", "idempotencyKey": "k"}
    lin, customer = service.agent("lin"), service.customer()
    assert codes(await act(lin, "sendReply", **said)) == []
    assert codes(await act(lin, "postNote", **said)) == []
    assert codes(await act(customer, "sendCustomerMessage", text="Hello", idempotencyKey="k")) == []
    wang = service.agent("wang")
    accepted = await act(wang, "acceptInvitation", invitationId=sent, idempotencyKey="k")
    assert codes(accepted) == []
    assert len(await rows(service, messages)) == 2


async def test_a_replayed_acceptance_is_the_same(service: Service) -> None:
    """R68, R82, R171: participant and cursor as the first time, instead of INVITATION_NOT_PENDING."""
    sent = await invited(service, "lin", "wang")
    answers = [
        await act(
            service.agent("wang"),
            "acceptInvitation",
            "participant { id level } collaboration { id } cursor",
            invitationId=sent,
            idempotencyKey="yes",
        )
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (await heard(service, service.world.conversation)).count("ParticipantJoined") == 1


async def test_a_refusal_is_evaluated_anew(service: Service) -> None:
    """R68, R170: what stood in the way is gone, so the same key now succeeds."""
    sent = await invited(service, "lin", "wang")
    lin, said = service.agent("lin"), {"idempotencyKey": "k", "text": "Hello"}
    here = conversation_id(service)
    wang = service.agent("wang")
    assert await refused(wang, "postNote", conversationId=here, **said) == "NOT_FOUND"
    await act(wang, "acceptInvitation", invitationId=sent)
    assert codes(await act(wang, "postNote", conversationId=here, **said)) == []
    assert codes(await act(lin, "postNote", conversationId=here, **said)) == []


async def test_an_invitation_refused_is_evaluated_anew(service: Service) -> None:
    """R68, R170: nobody was invited, so the retry decides by how things are now."""
    wang = sa.update(agents).where(agents.c.id == service.world.agents["wang"])
    away = wang.values(stated_presence=AgentPresence.DO_NOT_DISTURB)
    await change(service.database, away)
    assert codes(await invite_with(service, "click", "wang")) == ["INVITEE_DO_NOT_DISTURB"]
    await change(service.database, wang.values(stated_presence=AgentPresence.ONLINE))
    assert codes(await invite_with(service, "click", "wang")) == []
    assert len(await rows(service, invitations)) == 1


async def test_a_partial_success_is_replayed_whole(service: Service) -> None:
    """R31, R68: one sent, one refused: the retry answers the same and sends nothing."""
    first = await invite_with(service, "click", "wang", "mei")
    assert codes(first) == ["CROSS_DEPARTMENT_NOT_PERMITTED"]
    assert await invite_with(service, "click", "wang", "mei") == first
    assert len(await rows(service, invitations)) == 1


async def test_a_key_is_forgotten_after_a_day(service: Service) -> None:
    """R68: 24 hours; after that the same key is a new one."""
    said = {"conversationId": conversation_id(service), "text": "Hello", "idempotencyKey": "k"}
    for expected in (1, 1):
        await act(service.agent("lin"), "sendReply", **said)
        assert len(await rows(service, messages)) == expected
    (row,) = await rows(service, idempotency)
    old = row.created_at - timedelta(hours=25)
    await change(service.database, sa.update(idempotency).values(created_at=old))
    await act(service.agent("lin"), "sendReply", **said)
    assert len(await rows(service, messages)) == 2


@pytest.mark.parametrize("key", ["", "   ", "k" * 201, "\x00"])
async def test_a_key_is_a_text_of_at_most_200_characters(service: Service, key: str) -> None:
    """R170: anything else is INVALID_INPUT, and nothing is sent."""
    said = {"conversationId": conversation_id(service), "text": "Hello", "idempotencyKey": key}
    (error,) = (await act(service.agent("lin"), "sendReply", **said))["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "idempotencyKey"])
    assert await rows(service, messages) == []


async def test_a_replay_shows_what_one_may_see_now(service: Service) -> None:
    """R156: the stored result is ids; after leaving, the conversation is not read again."""
    sent = await invited(service, "lin", "wang")
    wang, said = service.agent("wang"), {"invitationId": sent, "idempotencyKey": "yes"}
    selection = "conversation { id } participant { id }"
    await act(wang, "acceptInvitation", selection, **said)
    await act(wang, "leaveConversation", conversationId=conversation_id(service))
    replayed = await act(wang, "acceptInvitation", selection, **said)
    assert codes(replayed) == []
    assert replayed["conversation"] is None
    assert node_id("Conversation", service.world.conversation) not in str(replayed)
