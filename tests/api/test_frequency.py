"""How often people are invited, how many collaborations go on, and that rivals cannot pass a limit together."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import ConversationClass
from models.invitations import invitations
from models.organizations import organizations
from models.unit_of_work import unit_of_work
from tests.api.asking import act, open_with
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, invite, invited, join
from tests.world import set_policy

RATED = """errors { code path ... on RateLimitedError { retryAfterSeconds } }"""


async def tried(service: Service, inviter: str, invitee: str, place: UUID) -> Data:
    document = (
        f"mutation($input: InviteAgentsInput!) {{ inviteAgents(input: $input) {{ {RATED} }} }}"
    )
    target = {"agentId": node_id("Agent", service.world.agents[invitee])}
    input_ = {
        "conversationId": node_id("Conversation", place),
        "invitees": [{"target": target}],
    }
    answer = await service.agent(inviter).run(document, input=input_)
    payload: Data = answer["inviteAgents"]
    return payload


async def grow_old(service: Service, seconds: float) -> None:
    """Let all invitations have been sent longer ago."""
    async with unit_of_work(service.database, lambda heads: None) as work:
        past = await work.now() - timedelta(seconds=seconds)
        await work.change(sa.update(invitations).values(sent_at=past))


async def test_an_inviter_is_told_when_to_try_again(service: Service) -> None:
    """R168: 10 a minute by default; a minute later it goes on."""
    await set_policy(service.database, service.world, invitations_per_inviter_per_minute=2)
    places = [await open_with(service) for _ in range(3)]
    for place, key in zip(places, ("wang", "chen"), strict=False):
        assert codes(await tried(service, "lin", key, place)) == []
    (error,) = (await tried(service, "lin", "sun", places[2]))["errors"]
    assert error["code"] == "RATE_LIMITED"
    assert error["path"] == ["input", "invitees", "0"]
    assert 1 <= error["retryAfterSeconds"] <= 60
    await grow_old(service, 61)
    assert codes(await tried(service, "lin", "sun", places[2])) == []


async def test_an_invitee_is_spared(service: Service) -> None:
    """R168: 5 a minute by default, whoever invites; revoked ones count."""
    await set_policy(service.database, service.world, invitations_per_invitee_per_minute=1)
    first = await invited(service, "lin", "wang")
    await act(service.agent("lin"), "revokeInvitation", invitationId=first)
    elsewhere = await open_with(service, primary="chen")
    assert codes(await tried(service, "chen", "wang", elsewhere)) == ["RATE_LIMITED"]
    assert codes(await tried(service, "chen", "sun", elsewhere)) == []


async def test_rivals_do_not_pass_the_limit_together(service: Service) -> None:
    """R168: six invite one colleague into six conversations at once; two are let through."""
    await set_policy(service.database, service.world, invitations_per_invitee_per_minute=2)
    keys = ("lin", "chen", "sun", "zhou", "he", "gao")
    places = [await open_with(service, primary=key) for key in keys]
    pairs = zip(keys, places, strict=True)
    told = await asyncio.gather(*(tried(service, key, "wang", place) for key, place in pairs))
    assert sorted(tuple(codes(each)) for each in told) == [(), (), *[("RATE_LIMITED",)] * 4]


async def test_one_inviter_does_not_pass_the_limit_in_two_places(service: Service) -> None:
    """R168: the lock on the inviter holds across conversations."""
    await set_policy(service.database, service.world, invitations_per_inviter_per_minute=2)
    places = [await open_with(service) for _ in range(5)]
    pairs = zip(("wang", "chen", "sun", "zhou", "he"), places, strict=True)
    told = await asyncio.gather(*(tried(service, "lin", key, place) for key, place in pairs))
    assert sorted(tuple(codes(each)) for each in told) == [(), (), *[("RATE_LIMITED",)] * 3]


async def going_on(service: Service) -> int:
    rows = await service.database.all(
        sa.select(organizations.c.collaborations).where(
            organizations.c.id == service.world.organization
        )
    )
    count: int = rows[0].collaborations
    return count


async def test_the_organization_has_room_for_so_many_collaborations(service: Service) -> None:
    """R167: looked at when inviting and when the first accepts; ended ones make room."""
    await set_policy(service.database, service.world, collaborations_per_organization=1)
    elsewhere = await open_with(service, primary="chen")
    early = await invited(service, "chen", "sun", conversation=elsewhere)
    await join(service, "wang")
    assert codes(await invite(service, "lin", "zhou")) == []  # one goes on here already
    refused = await invite(service, "chen", "he", conversation=elsewhere)
    assert codes(refused) == ["ORGANIZATION_LIMIT_REACHED"]
    assert (refused["errors"][0]["limit"], refused["errors"][0]["current"]) == (1, 1)
    assert codes(await accept(service, "sun", early)) == ["ORGANIZATION_LIMIT_REACHED"]
    here = node_id("Conversation", service.world.conversation)
    ended = await act(
        service.agent("lin"), "endCollaboration", conversationId=here, outcome="RESOLVED"
    )
    assert codes(ended) == []
    assert codes(await accept(service, "sun", early)) == []
    assert await going_on(service) == 1


async def test_the_last_collaboration_of_the_organization_begins_once(service: Service) -> None:
    """R167: several accept at once, one collaboration begins."""
    await set_policy(service.database, service.world, collaborations_per_organization=1)
    keys = ("wang", "chen", "sun")
    sent = {
        key: await invited(service, "lin", key, conversation=await open_with(service))
        for key in keys
    }
    told = await asyncio.gather(*(accept(service, key, sent[key]) for key in keys))
    assert sorted(tuple(codes(each)) for each in told) == [
        (),
        *[("ORGANIZATION_LIMIT_REACHED",)] * 2,
    ]
    assert await going_on(service) == 1


async def test_a_policy_lowered_meanwhile_takes_no_seat_away(service: Service) -> None:
    """R187: invitations race with an admin who lowers the limit; what was sent can be accepted."""
    place = await open_with(service, ConversationClass.VIP)
    lowered = act(
        service.agent("admin"), "updateCollaborationPolicy", expectedVersion=1, vipLimit=1
    )
    rivals = [tried(service, "lin", key, place) for key in ("wang", "chen", "sun")]
    payload, *told = await asyncio.gather(lowered, *rivals)
    assert codes(payload) == []
    assert all(codes(each) in ([], ["COLLABORATOR_LIMIT_REACHED"]) for each in told)
    i = invitations.c
    rows = await service.database.all(
        sa.select(i.id, i.invitee_id).where(i.conversation_id == place)
    )
    assert len(rows) == sum(codes(each) == [] for each in told)
    keys = {id_: key for key, id_ in service.world.agents.items()}
    for row in rows:
        accepted = await accept(service, keys[row.invitee_id], node_id("Invitation", row.id))
        assert codes(accepted) == []
