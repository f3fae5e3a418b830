"""Seats, and who may be invited by whom."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.conversations import ConversationClass
from models.agents import agents, leases
from models.invitations import invitations
from models.organizations import policies
from models.unit_of_work import unit_of_work
from tests.api.asking import act, look, open_with, rows
from tests.api.test_invitations import read
from tests.service import Service, codes
from tests.steps import accept, invite, invited, join
from tests.world import add_agent, change, set_policy


@pytest.mark.parametrize(
    ("classes", "limit"),
    [
        ([ConversationClass.STANDARD], 3),
        ([ConversationClass.VIP], 5),
        ([ConversationClass.URGENT], 7),
        ([ConversationClass.STANDARD, ConversationClass.COMPLAINT, ConversationClass.VIP], 7),
    ],
)
async def test_the_class_decides_how_many_collaborate(
    service: Service, classes: list[ConversationClass], limit: int
) -> None:
    """R184, R185, R186: 3, 5, 7; of several classes the largest limit applies."""
    async with unit_of_work(service.database, lambda heads: None) as work:
        service.world.agents["last"] = await add_agent(work, service.world, "last", "technology")
    conversation = await open_with(service, *classes)
    keys = ["wang", "chen", "sun", "zhou", "he", "gao", "zhao"][:limit]
    payload = await invite(service, "lin", *keys, "last", conversation=conversation)
    (error,) = payload["errors"]
    assert (error["code"], error["limit"], error["current"]) == (
        "COLLABORATOR_LIMIT_REACHED",
        limit,
        limit,
    )
    assert len(await rows(service, invitations)) == limit


async def test_a_collaborator_and_an_open_invitation_hold_a_seat_alike(service: Service) -> None:
    """R184: an acceptance converts its seat; a declined invitation gives it back."""
    await join(service, "wang")
    declined = await invited(service, "lin", "chen")
    await invited(service, "lin", "sun")
    assert codes(await invite(service, "lin", "zhou")) == ["COLLABORATOR_LIMIT_REACHED"]
    await act(service.agent("chen"), "declineInvitation", invitationId=declined)
    assert codes(await invite(service, "lin", "zhou")) == []


async def test_lowering_the_limit_evicts_nobody(service: Service) -> None:
    """R184: who is in stays in, and an invitation sent before can still be accepted."""
    await join(service, "wang")
    sent = await invited(service, "lin", "chen")
    await set_policy(service.database, service.world, standard_limit=1)
    assert codes(await accept(service, "chen", sent)) == []
    assert codes(await invite(service, "lin", "sun")) == ["COLLABORATOR_LIMIT_REACHED"]
    assert (await look(service, "lin", "seats { taken limit }"))["seats"] == {
        "taken": 2,
        "limit": 1,
    }


async def test_nobody_is_invited_while_collaboration_is_switched_off(service: Service) -> None:
    """R1: off refuses new invitations; the policy says so; what goes on goes on."""
    sent = await invited(service, "lin", "chen")
    await set_policy(service.database, service.world, enabled=False)
    policy = await service.agent("lin").run("{ collaborationPolicy { enabled } }")
    assert policy["collaborationPolicy"] == {"enabled": False}
    assert codes(await invite(service, "lin", "wang")) == ["COLLABORATION_DISABLED"]
    assert codes(await accept(service, "chen", sent)) == []
    await change(service.database, sa.update(policies).values(enabled=True))
    assert codes(await invite(service, "lin", "wang")) == []


async def test_all_reasons_are_told_at_once(service: Service) -> None:
    """R173, R175: offline, another department, at the limit, and no seat: a list, not the first."""
    world = service.world
    await set_policy(service.database, world, standard_limit=1, collaborations_per_agent=1)
    await join(service, "wang")
    mei = agents.c.id == world.agents["mei"]
    await change(service.database, sa.update(agents).where(mei).values(collaborations=1))
    gone = sa.delete(leases).where(leases.c.agent_id == world.agents["mei"])
    await change(service.database, gone)
    payload = await invite(service, "lin", "mei")
    assert codes(payload) == [
        "CROSS_DEPARTMENT_NOT_PERMITTED",
        "INVITEE_OFFLINE",
        "INVITEE_AT_CAPACITY",
        "COLLABORATOR_LIMIT_REACHED",
    ]


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        (AgentPresence.ONLINE, []),
        (AgentPresence.BUSY, []),
        (AgentPresence.AWAY, []),
        (AgentPresence.DO_NOT_DISTURB, ["INVITEE_DO_NOT_DISTURB"]),
        (AgentPresence.OFFLINE, ["INVITEE_OFFLINE"]),
    ],
)
async def test_presence_decides_who_can_be_asked(
    service: Service, presence: AgentPresence, expected: list[str]
) -> None:
    """R173: offline and do-not-disturb cannot be invited; busy and away can."""
    wang = agents.c.id == service.world.agents["wang"]
    await change(service.database, sa.update(agents).where(wang).values(stated_presence=presence))
    assert codes(await invite(service, "lin", "wang")) == expected


async def test_nobody_is_invited_twice_at_a_time(service: Service) -> None:
    """R36: an open invitation and a part already taken are told apart."""
    sent = await invited(service, "lin", "wang")
    assert codes(await invite(service, "lin", "wang")) == ["DUPLICATE_INVITATION"]
    await accept(service, "wang", sent)
    assert codes(await invite(service, "lin", "wang")) == ["ALREADY_PARTICIPANT"]
    assert len(await rows(service, invitations)) == 1


async def test_somebody_who_declined_can_be_asked_again(service: Service) -> None:
    """R37: a new invitation; the declined one stays as it is."""
    declined = await invited(service, "lin", "wang")
    await act(service.agent("wang"), "declineInvitation", invitationId=declined)
    again = await invited(service, "lin", "wang")
    assert again != declined
    assert (await read(service, "lin", declined))["status"] == "DECLINED"
    assert codes(await accept(service, "wang", again)) == []


async def test_a_manager_of_the_conversation_invites_below_their_own_level(
    service: Service,
) -> None:
    """R50, R156: INVITE comes with MANAGE, and what is offered is strictly below it."""
    await join(service, "zhao", role="SUPERVISOR")
    payload = await invite(service, "zhao", "wang", role="SUPERVISOR")
    assert codes(payload) == ["LEVEL_TOO_HIGH"]
    assert codes(await invite(service, "zhao", "wang", level="EDIT")) == []


@pytest.mark.parametrize(("key", "code"), [("zhao", "NOT_PERMITTED"), ("mei", "NOT_FOUND")])
async def test_only_who_takes_part_invites(service: Service, key: str, code: str) -> None:
    """R156: a supervisor sees the conversation and may not; for others it is not there."""
    assert codes(await invite(service, key, "wang")) == [code]
    assert await rows(service, invitations) == []


@pytest.mark.parametrize("level", ["GUIDE", "EDIT"])
async def test_a_collaborator_below_manage_cannot_invite(service: Service, level: str) -> None:
    """R40, R72: an expert advises; the people are the primary's to choose."""
    await join(service, "wang", level=level)
    assert codes(await invite(service, "wang", "chen")) == ["NOT_PERMITTED"]
