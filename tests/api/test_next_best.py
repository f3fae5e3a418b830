"""R87: after a refusal the inviter sees whom to ask instead."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.agents import agents
from models.invitations import invitations
from models.organizations import policies
from tests.api.asking import act, code_of
from tests.api.test_recommendations import prepare
from tests.api.test_statements import counted
from tests.service import Service, codes
from tests.steps import accept, conversation_id, invited, join, uuid_of
from tests.world import change, make_due

NEXT = """query ($id: ID!, $first: Int! = 3) { invitation(id: $id) {
  status nextBest(first: $first) { agent { name } reason matchedSkills { skill { slug } } } } }"""
BACKGROUND = {"background": "Our API has timeouts."}


async def sent(service: Service, key: str) -> str:
    return await invited(service, "lin", key, request=BACKGROUND)


async def seen(service: Service, asker: str, invitation: str, first: int = 3) -> Any:
    """Return the names that somebody is told, or None."""
    answer = await service.agent(asker).run(NEXT, id=invitation, first=first)
    told = answer["invitation"]["nextBest"]
    return told and [each["agent"]["name"] for each in told]


async def decline(service: Service, key: str, invitation: str) -> None:
    done = await act(service.agent(key), "declineInvitation", invitationId=invitation)
    assert codes(done) == []


async def test_the_inviter_is_told_the_next_best(service: Service) -> None:
    """R87: by the words of the invitation; nobody who turned it down already."""
    await prepare(service)
    first = await sent(service, "wang")
    assert await seen(service, "lin", first) is None  # it is still open
    await decline(service, "wang", first)
    assert await seen(service, "lin", first) == ["Chen", "Zhou"]
    assert await seen(service, "lin", first, first=1) == ["Chen"]
    second = await sent(service, "chen")
    assert await seen(service, "lin", first) == ["Zhou"]  # one cannot be invited twice
    await decline(service, "chen", second)
    assert await seen(service, "lin", second) == ["Zhou"]
    assert await code_of(service.agent("lin"), NEXT, id=first, first=0) == "BAD_USER_INPUT"


async def test_an_expired_invitation_has_a_next_best_too(service: Service) -> None:
    """R38, R87: whether the clock's work was done already or not."""
    await prepare(service)
    late = await sent(service, "wang")
    id_ = uuid_of(late, "Invitation")
    await make_due(service.database, id_, expires_at=invitations)
    assert await seen(service, "lin", late) == ["Chen", "Zhou"]


async def test_nobody_else_is_told(service: Service) -> None:
    """R156: not the invitee, not somebody who manages; an accepted one has no next best."""
    await prepare(service)
    await join(service, "he", role="SUPERVISOR")
    declined = await sent(service, "wang")
    await decline(service, "wang", declined)
    assert await seen(service, "wang", declined) is None
    assert await seen(service, "he", declined) is None
    accepted = await sent(service, "chen")
    await accept(service, "chen", accepted)
    assert await seen(service, "lin", accepted) is None


async def test_who_cannot_invite_any_more_is_told_nothing(service: Service) -> None:
    """R156: the lead was handed over, or the conversation closed."""
    await prepare(service)
    part = await join(service, "chen")
    declined = await sent(service, "wang")
    await decline(service, "wang", declined)
    lin = service.agent("lin")
    assert codes(await act(lin, "transferPrimary", participantId=part, stayAs="EXPERT")) == []
    assert await seen(service, "lin", declined) is None
    closed = {"conversationId": conversation_id(service)}
    assert codes(await act(service.agent("chen"), "closeConversation", **closed)) == []
    assert await seen(service, "lin", declined) is None


async def test_nobody_may_be_left(service: Service) -> None:
    """R87: an empty list is told, not null."""
    await prepare(service)
    declined = await sent(service, "wang")
    await decline(service, "wang", declined)
    everybody = sa.update(agents).where(agents.c.id != service.world.agents["lin"])
    await change(service.database, everybody.values(collaborations=5))
    await change(service.database, sa.delete(policies))
    assert await seen(service, "lin", declined) == []


async def test_statements_do_not_grow_with_the_invitations(service: Service) -> None:
    """R169, R172: several of one conversation are answered together."""
    await prepare(service)
    everything = "{ myInvitations(where: {direction: SENT}) { nodes { nextBest(first: 1) { agent { name } } } } }"
    lin = service.agent("lin")
    await decline(service, "wang", await sent(service, "wang"))
    await lin.run(everything)  # housekeeping runs once at the start
    one = await counted(service, lambda: lin.run(everything))
    await decline(service, "sun", await sent(service, "sun"))
    assert await counted(service, lambda: lin.run(everything)) == one
