"""The primary role changes hands: never two, never none, and the customer notices nothing."""

from __future__ import annotations

from typing import Any

import pytest

from models.conversations import conversations, participants
from models.invitations import invitations
from tests.api.asking import act, heard, look, rows
from tests.documents import CUSTOMER_MESSAGES
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invited, join
from tests.world import primary_of

TRANSFERRED = "participant { role level } conversation { version viewerLevel viewerStance }"
CUSTOMERS_VIEW = """
{ customerConversation { id status serviceIdentity { displayName } messages { nodes { author text } } } }
"""


async def transfer(service: Service, key: str, participant: str, **said: Any) -> Data:
    return await act(
        service.agent(key), "transferPrimary", TRANSFERRED, participantId=participant, **said
    )


async def test_the_lead_changes_hands_at_once(service: Service) -> None:
    """R39, R55, R99, R196: the new one leads at FULL, the former stays in the role they name."""
    payload = await transfer(service, "lin", await join(service, "wang"), stayAs="COACH")
    assert codes(payload) == []
    assert payload["participant"] == {"role": "PRIMARY", "level": "FULL"}
    assert payload["conversation"]["viewerLevel"] == "GUIDE"
    assert payload["conversation"]["viewerStance"] == "SUPPORT"
    world = service.world
    assert await primary_of(service.database, world.conversation) == world.agents["wang"]
    present = await look(service, "wang", "viewerLevel participants { nodes { role } }")
    assert present["viewerLevel"] == "FULL"
    assert [each["role"] for each in present["participants"]["nodes"]] == ["COACH", "PRIMARY"]


async def test_everybody_inside_hears_who_leads(service: Service) -> None:
    """R55, R100, R110: one event for all; both former parts stay on record."""
    await transfer(service, "lin", await join(service, "wang"))
    world = service.world
    for owner in (world.conversation, world.agents["lin"], world.agents["wang"]):
        assert (await heard(service, owner))[-1] == "PrimaryTransferred"
    p = participants.c
    history = await rows(service, participants, p.conversation_id == world.conversation)
    reasons = [row.leave_reason.name for row in history if row.leave_reason]
    assert reasons == ["TRANSFERRED_OUT", "TRANSFERRED_OUT"]
    assert len(history) == 4


async def test_the_customer_notices_nothing(service: Service) -> None:
    """R99, R101, R143, R144, R145, R161, R162, R163: one identity; what is said meanwhile is kept."""
    customer = service.customer()
    wang = await join(service, "wang")
    async with customer.listen(CUSTOMER_MESSAGES) as messages:
        await messages.event()
        await act(customer, "sendCustomerMessage", text="Anybody there?")
        before = await customer.run(CUSTOMERS_VIEW)
        await transfer(service, "lin", wang)
        assert await customer.run(CUSTOMERS_VIEW) == before
        reply = {"conversationId": conversation_id(service), "text": "Here we are."}
        assert codes(await act(service.agent("wang"), "sendReply", **reply)) == []
        said = [(await messages.event())["message"] for _ in range(2)]
    assert said == [
        {"author": "CUSTOMER", "text": "Anybody there?"},
        {"author": "SERVICE", "text": "Here we are."},
    ]
    assert "Wang" not in str(await customer.run(CUSTOMERS_VIEW))


async def test_the_department_follows_the_primary(service: Service) -> None:
    """R55: a conversation's department is its primary's."""
    await transfer(service, "lin", await join(service, "wang"))
    seen = await look(service, "wang", "department { slug } seats { taken }")
    assert seen == {"department": {"slug": "technology"}, "seats": {"taken": 1}}


async def test_the_former_primary_can_now_leave(service: Service) -> None:
    """R103, R196: after the transfer they are a collaborator like others."""
    await transfer(service, "lin", await join(service, "wang"))
    left = await act(
        service.agent("lin"), "leaveConversation", conversationId=conversation_id(service)
    )
    assert codes(left) == []
    assert (await look(service, "wang", "collaboration { id }")) == {"collaboration": None}


async def test_there_and_back_again(service: Service) -> None:
    """R55, R172: at no time two primaries or none, and the version grows each time."""
    first = await transfer(service, "lin", await join(service, "wang"))
    p = participants.c
    (lin,) = await rows(
        service, participants, p.agent_id == service.world.agents["lin"], p.left_at.is_(None)
    )
    second = await transfer(service, "wang", node_id("Participant", lin.id))
    assert codes(second) == []
    assert second["conversation"]["version"] > first["conversation"]["version"]
    world = service.world
    assert await primary_of(service.database, world.conversation) == world.agents["lin"]


@pytest.mark.parametrize("role", ["PRIMARY", "ASSISTANT", "GUEST_EXPERT"])
async def test_nobody_stays_on_in_a_role_that_is_not_for_it(service: Service, role: str) -> None:
    """R55: neither as a second primary, nor in a role whose end is compulsory."""
    payload = await transfer(service, "lin", await join(service, "wang"), stayAs=role)
    (error,) = payload["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "stayAs"])
    world = service.world
    assert await primary_of(service.database, world.conversation) == world.agents["lin"]


async def test_only_the_primary_hands_over_and_only_to_somebody_present(service: Service) -> None:
    """R55, R156: not by a collaborator or a supervisor, not to oneself, not to who has gone."""
    wang, zhao = await join(service, "wang"), await join(service, "zhao", role="SUPERVISOR")
    p = participants.c
    (lin,) = await rows(
        service,
        participants,
        p.agent_id == service.world.agents["lin"],
        p.conversation_id == service.world.conversation,
    )
    expected = [
        ("wang", wang, "NOT_PERMITTED"),
        ("zhao", zhao, "NOT_PERMITTED"),
        ("admin", wang, "NOT_PERMITTED"),
        ("mei", wang, "NOT_FOUND"),
        ("lin", node_id("Participant", lin.id), "INVALID_INPUT"),
    ]
    for key, participant, code in expected:
        assert codes(await transfer(service, key, participant)) == [code], key
    await act(service.agent("lin"), "removeParticipant", participantId=wang)
    assert codes(await transfer(service, "lin", wang)) == ["NOT_FOUND"]
    world = service.world
    assert await primary_of(service.database, world.conversation) == world.agents["lin"]


async def test_a_transfer_decides_on_what_was_seen(service: Service) -> None:
    """R172: somebody joined since the version was read, so the primary is asked to look again."""
    seen = (await look(service, "lin", "version"))["version"]
    wang = await join(service, "wang")
    payload = await transfer(service, "lin", wang, expectedVersion=seen)
    (error,) = payload["errors"]
    c = conversations.c
    (row,) = await rows(service, conversations, c.id == service.world.conversation)
    assert (error["__typename"], error["code"]) == ("VersionConflictError", "VERSION_CONFLICT")
    assert error["currentVersion"] == error["conversation"]["version"] == row.version
    assert codes(await transfer(service, "lin", wang, expectedVersion=row.version)) == []


@pytest.mark.parametrize(("role", "left"), [("EXPERT", "CANCELED"), ("SUPERVISOR", "PENDING")])
async def test_open_offers_go_with_the_right_to_make_them(
    service: Service, role: str, left: str
) -> None:
    """R46: who stays on without INVITE has their open invitations canceled; with it they stand."""
    wang = await join(service, "wang")
    await invited(service, "lin", "chen")
    await transfer(service, "lin", wang, stayAs=role)
    i = invitations.c
    (row,) = await rows(service, invitations, i.invitee_id == service.world.agents["chen"])
    assert row.status.name == left
