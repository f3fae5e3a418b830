"""Answering an invitation: accepting and declining, once, by the invitee alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from models.agents import agents
from models.conversations import collaborations, participants
from models.invitations import invitations
from models.organizations import policy_changes
from tests.api.asking import act, heard, look, open_with, refused, rows
from tests.documents import CONVERSATION_EVENTS
from tests.service import Data, Service, codes
from tests.steps import accept, conversation_id, invite, invited, join, note, uuid_of
from tests.world import change, set_policy

ANSWERS = ["acceptInvitation", "declineInvitation"]


async def decline(service: Service, key: str, invitation: str, **said: Any) -> Data:
    return await act(
        service.agent(key),
        "declineInvitation",
        "invitation { status declineReason declineComment endedAt }",
        invitationId=invitation,
        **said,
    )


async def test_accepting_joins_with_what_was_offered(service: Service) -> None:
    """R5, R32, R36, R82, R83, R84: participant, level, collaboration and seat come in one step."""
    payload = await accept(service, "wang", await invited(service, "lin", "wang", level="EDIT"))
    assert codes(payload) == []
    assert payload["invitation"]["status"] == "ACCEPTED"
    assert payload["participant"]["role"] == "EXPERT"
    assert payload["participant"]["level"] == "EDIT"
    seen = await look(
        service, "wang", "collaboration { id participants { agent { name } } } seats { taken }"
    )
    assert seen == {
        "collaboration": {
            "id": payload["collaboration"]["id"],
            "participants": [{"agent": {"name": "Wang"}}],
        },
        "seats": {"taken": 1},
    }
    a = agents.c
    (row,) = await rows(service, agents, a.id == service.world.agents["wang"])
    assert row.collaborations == 1


async def test_accepting_is_told_to_everybody_inside(service: Service) -> None:
    """R34, R36, R83, R100: acceptance, start and joining in order; the customer hears nothing."""
    await join(service, "wang")
    world = service.world
    assert await heard(service, world.conversation) == [
        "InvitationCreated",
        "InvitationAccepted",
        "CollaborationStarted",
        "ParticipantJoined",
    ]
    assert await heard(service, world.agents["lin"]) == ["InvitationCreated", "InvitationAccepted"]
    assert await heard(service, world.agents["wang"]) == [
        "InvitationCreated",
        "InvitationAccepted",
        "ParticipantJoined",
    ]
    assert await heard(service, world.conversation, "CUSTOMER") == []


async def test_the_reply_says_from_where_to_follow(service: Service) -> None:
    """R83, R100, R171: the cursor of the acceptance leaves no gap and repeats nothing."""
    payload = await accept(service, "wang", await invited(service, "lin", "wang"))
    await invited(service, "lin", "chen")
    following = service.agent("wang").listen(
        CONVERSATION_EVENTS, id=conversation_id(service), after=payload["cursor"]
    )
    async with following as events:
        assert (await events.event())["__typename"] == "InvitationCreated"


async def test_the_second_to_accept_joins_the_same_collaboration(service: Service) -> None:
    """R3, R5, R32: one group in a conversation, however many join."""
    await join(service, "wang")
    await join(service, "chen")
    (group,) = await rows(service, collaborations)
    joined = await rows(service, participants, participants.c.collaboration_id == group.id)
    assert len(joined) == 2
    assert (await heard(service, service.world.conversation)).count("CollaborationStarted") == 1


@pytest.mark.parametrize(
    ("said", "reason", "comment"),
    [
        ({}, None, None),
        ({"reason": "NOT_MY_SKILL"}, "NOT_MY_SKILL", None),
        ({"reason": "OTHER", "comment": " On the phone. "}, "OTHER", "On the phone."),
        ({"reason": None, "comment": "  "}, None, None),
    ],
)
async def test_declining_needs_no_reason(
    service: Service, said: dict[str, Any], reason: str | None, comment: str | None
) -> None:
    """R37, R85, R86: DECLINED, with a reason or without; nobody joins, the seat is free again."""
    sent = await invited(service, "lin", "wang")
    payload = await decline(service, "wang", sent, **said)
    assert codes(payload) == []
    answered = payload["invitation"]
    assert answered["endedAt"] is not None
    assert (answered["status"], answered["declineReason"], answered["declineComment"]) == (
        "DECLINED",
        reason,
        comment,
    )
    assert await look(service, "lin", "seats { taken } collaboration { id }") == {
        "seats": {"taken": 0},
        "collaboration": None,
    }
    assert await look(service, "wang", "id") is None


async def test_the_inviter_is_told_of_the_refusal(service: Service) -> None:
    """R37, R69: the inviter's inbox and the conversation hear of it."""
    await decline(service, "wang", await invited(service, "lin", "wang"))
    for owner in (service.world.conversation, service.world.agents["lin"]):
        assert await heard(service, owner) == ["InvitationCreated", "InvitationDeclined"]


@pytest.mark.parametrize("second", ANSWERS)
@pytest.mark.parametrize("first", ANSWERS)
async def test_an_invitation_is_answered_once(service: Service, first: str, second: str) -> None:
    """R36, R37, R172: the second answer is refused and changes nothing."""
    sent, wang = await invited(service, "lin", "wang"), service.agent("wang")
    assert codes(await act(wang, first, invitationId=sent)) == []
    before = await rows(service, invitations)
    assert await refused(wang, second, invitationId=sent) == "INVITATION_NOT_PENDING"
    assert await rows(service, invitations) == before


async def test_nobody_answers_for_another(service: Service) -> None:
    """R82, R85, R156: for everybody else the invitation is not there to be answered."""
    sent = await invited(service, "lin", "wang")
    for key, answer in product(("chen", "zhao", "admin", "other"), ANSWERS):
        assert await refused(service.agent(key), answer, invitationId=sent) == "NOT_FOUND"
    (row,) = await rows(service, invitations)
    assert row.status.name == "PENDING"


async def lower(service: Service, version: int, **limits: int) -> None:
    admin = service.agent("admin")
    field = "updateCollaborationPolicy"
    assert codes(await act(admin, field, expectedVersion=version, **limits)) == []


async def test_a_limit_lowered_meanwhile_is_not_held_against_who_was_invited(
    service: Service,
) -> None:
    """R175, R167, R187: of an agent's and the organization's collaborations; for invitations sent before, and no others."""
    sent = [
        await invited(service, "lin", "wang", conversation=await open_with(service))
        for _ in range(2)
    ]
    await join(service, "wang")
    await lower(service, 1, collaborationsPerAgent=2, collaborationsPerOrganization=1)
    await lower(service, 2, collaborationsPerAgent=1)
    later = await open_with(service)
    refused = await invite(service, "lin", "wang", conversation=later)
    assert codes(refused) == ["INVITEE_AT_CAPACITY", "ORGANIZATION_LIMIT_REACHED"]
    for each in sent:
        assert codes(await accept(service, "wang", each)) == []
    (found,) = await rows(service, agents, agents.c.id == service.world.agents["wang"])
    assert found.collaborations == 3


async def test_what_others_accepted_meanwhile_counts_by_the_limit_of_then(service: Service) -> None:
    """R175: lowered or not, the limit that held when it was sent is full, and the invitation stays open."""
    await lower(service, 1, collaborationsPerAgent=2)
    await age_the_policy(service)
    places = [await open_with(service) for _ in range(2)]
    sent = [await invited(service, "lin", "wang", conversation=place) for place in places]
    await join(service, "wang")
    await lower(service, 2, collaborationsPerAgent=1)
    assert codes(await accept(service, "wang", sent[0])) == []
    (error,) = (await accept(service, "wang", sent[1]))["errors"]
    assert (error["code"], error["limit"], error["current"]) == ("INVITEE_AT_CAPACITY", 1, 2)
    (open_one,) = await rows(
        service, invitations, invitations.c.id == uuid_of(sent[1], "Invitation")
    )
    assert open_one.status.name == "PENDING"


async def age_the_policy(service: Service) -> None:
    """Let what was set be set a minute ago."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    await change(service.database, sa.update(policy_changes).values(changed_at=past))


async def test_an_agent_takes_on_no_more_than_allowed(service: Service) -> None:
    """R175: invited while there was room, refused with limit and count when there is none left."""
    await set_policy(service.database, service.world, collaborations_per_agent=1)
    second = await open_with(service)
    sent = await invited(service, "lin", "wang", conversation=second)
    await join(service, "wang")
    payload = await accept(service, "wang", sent)
    (error,) = payload["errors"]
    assert (error["code"], error["limit"], error["current"]) == ("INVITEE_AT_CAPACITY", 1, 1)
    statuses = {row.status.name for row in await rows(service, invitations)}
    assert statuses == {"ACCEPTED", "PENDING"}
    assert len(await rows(service, collaborations)) == 1


async def test_closing_first_leaves_nothing_to_accept(service: Service) -> None:
    """R170: closing cancels what is open; a late answer is refused."""
    sent = await invited(service, "lin", "wang")
    await act(service.agent("lin"), "closeConversation", conversationId=conversation_id(service))
    assert codes(await accept(service, "wang", sent)) == ["INVITATION_NOT_PENDING"]
    assert (await heard(service, service.world.agents["wang"]))[-1] == "InvitationCanceled"
    assert await look(service, "wang", "id") is None


async def test_what_came_before_is_there_for_who_joins(service: Service) -> None:
    """R5, R57, R100: messages and notes from before joining are read by a collaborator."""
    await note(service, "lin", "The gateway again?")
    await act(
        service.customer(), "sendCustomerMessage", "message { id }", text="It fails since noon."
    )
    await join(service, "wang", role="OBSERVER")
    seen = await look(service, "wang", "messages { nodes { text } } notes { nodes { text } }")
    assert seen == {
        "messages": {"nodes": [{"text": "It fails since noon."}]},
        "notes": {"nodes": [{"text": "The gateway again?"}]},
    }


async def test_an_invitation_with_another_department_waits_for_nobody(service: Service) -> None:
    """R19, R51: until there are approvals a colleague of another department is not asked at all."""
    moved = sa.update(agents).where(agents.c.id == service.world.agents["mei"])
    away = moved.values(department_id=service.world.departments["technology"])
    await change(service.database, away)
    assert (await accept(service, "mei", await invited(service, "lin", "mei")))["errors"] == []
