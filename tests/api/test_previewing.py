"""Looking at an invitation before it is sent: the same rules, the same answers, and no trace."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.conversations import ConversationClass
from models.agents import agents, leases
from tests.api.asking import act, code_of, open_with
from tests.authorization.state import dump, happened
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invited, join
from tests.world import change, set_policy, supervise

PREVIEW = """
query Preview($input: InviteAgentsInput!) {
  previewInvitation(input: $input) {
    reasons { code path } seats { taken limit } seatsLeft
    invitees {
      canInvite kind approvalNeeded expiresAt invitee { name } department { slug } wouldAsk { name }
      reasons { code path }
    }
  }
}
"""
SEND = "results { errors { code path } invitation { kind status expiresAt } }"


def target(service: Service, key: str, **offer: Any) -> Data:
    world = service.world
    if key in world.departments:
        return {"target": {"departmentId": node_id("Department", world.departments[key])}, **offer}
    return {"target": {"agentId": node_id("Agent", world.agents[key])}, **offer}


async def preview(service: Service, *invitees: Data, by: str = "lin", **request: Any) -> Any:
    input_ = {"conversationId": conversation_id(service), "invitees": invitees, **request}
    return (await service.agent(by).run(PREVIEW, input=input_))["previewInvitation"]


async def test_it_tells_what_inviting_then_does_and_writes_nothing(service: Service) -> None:
    """R67: kind, approval, expiry and every reason per invitee, seats left; not a row changes."""
    world = service.world
    await supervise(service.database, world, "chen", "customer-service")
    quiet = sa.update(agents).where(agents.c.id == world.agents["sun"])
    await change(service.database, quiet.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    await set_policy(service.database, world, approval_validity_seconds=60)
    wanted = [
        target(service, "wang"),
        target(service, "mei", role="OBSERVER"),
        target(service, "sun", level="FULL"),
    ]
    before = await dump(service.database)
    seen = await preview(service, *wanted)
    assert not happened(before, await dump(service.database))
    assert seen["reasons"] == []
    assert (seen["seats"], seen["seatsLeft"]) == ({"taken": 0, "limit": 3}, 1)
    ours, theirs, busy = seen["invitees"]
    assert (ours["kind"], ours["approvalNeeded"]) == ("STANDARD", False)
    assert (theirs["kind"], theirs["approvalNeeded"]) == ("CROSS_DEPARTMENT", True)
    assert theirs["expiresAt"] < ours["expiresAt"]
    assert codes({"errors": busy["reasons"]}) == ["INVITEE_DO_NOT_DISTURB", "LEVEL_TOO_HIGH"]
    assert (busy["kind"], busy["expiresAt"], busy["wouldAsk"]) == (None, None, [])
    sent = await act(
        service.agent("lin"),
        "inviteAgents",
        SEND,
        conversationId=conversation_id(service),
        invitees=wanted,
    )
    assert [each["errors"] for each in sent["results"]] == [
        each["reasons"] for each in seen["invitees"]
    ]
    kinds = [each["invitation"] and each["invitation"]["kind"] for each in sent["results"]]
    assert kinds == [each["kind"] for each in seen["invitees"]]


async def test_a_department_is_previewed_by_whom_it_would_reach(service: Service) -> None:
    """R67, R26: one seat for all of them, and who takes part already is not among them."""
    await join(service, "wang")
    seen = await preview(service, target(service, "technology"), target(service, "chen"))
    whole, one = seen["invitees"]
    assert sorted(each["name"] for each in whole["wouldAsk"]) == [
        *("Chen", "Gao", "He", "Sun", "Zhao", "Zhou")
    ]
    assert whole["department"] == {"slug": "technology"}
    assert (one["canInvite"], seen["seatsLeft"]) == (True, 0)


async def test_deputies_are_looked_at_too(service: Service) -> None:
    """R67: a deputy who is the inviter, or is named twice, stands against it."""
    chen = node_id("Agent", service.world.agents["chen"])
    seen = await preview(service, target(service, "wang", escalateTo=[chen, chen]))
    assert seen["invitees"][0]["reasons"] == [
        {"code": "INVALID_INPUT", "path": ["input", "invitees", "0", "escalateTo"]}
    ]
    assert (await preview(service, target(service, "wang", escalateTo=[chen])))["invitees"][0][
        "canInvite"
    ]


async def test_seats_run_out_in_the_preview_as_they_would(service: Service) -> None:
    """R67, R184: the fourth of three seats is refused, and taken seats count."""
    await invited(service, "lin", "he")
    seen = await preview(service, *(target(service, key) for key in ("wang", "chen", "sun")))
    assert [each["canInvite"] for each in seen["invitees"]] == [True, True, False]
    assert seen["invitees"][2]["reasons"][0]["code"] == "COLLABORATOR_LIMIT_REACHED"
    assert (seen["seats"]["taken"], seen["seatsLeft"]) == (1, 0)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"emergency": True, "emergencyReason": "All is down"}, "EMERGENCY_NOT_JUSTIFIED"),
        ({"background": "x" * 5000}, "INVALID_INPUT"),
        ({"invitees": []}, "INVALID_INPUT"),
    ],
)
async def test_what_stands_against_the_whole_request(
    service: Service, request_: Data, code: str
) -> None:
    """R67: then nobody is looked at."""
    given = {"invitees": [target(service, "wang")], **request_}
    seen = await preview(service, *given.pop("invitees"), **given)
    assert codes({"errors": seen["reasons"]}) == [code]
    assert seen["invitees"] == []


async def test_an_emergency_is_previewed_as_one(service: Service) -> None:
    """R67, R54: no approval, and do-not-disturb stands against nothing."""
    place = await open_with(service, ConversationClass.URGENT)
    here: Data = {"conversationId": node_id("Conversation", place)}
    urgent = {**here, "emergency": True, "emergencyReason": "All shops are down"}
    seen = await preview(service, target(service, "mei"), by="lin", **urgent)
    assert (seen["invitees"][0]["kind"], seen["invitees"][0]["approvalNeeded"]) == (
        "EMERGENCY",
        False,
    )


@pytest.mark.parametrize("presence", ["OFFLINE", "DO_NOT_DISTURB"])
async def test_what_a_preview_promised_is_looked_at_again(service: Service, presence: str) -> None:
    """R67, R25: whoever has gone meanwhile is refused, takes no seat, and stands in nobody else's way."""
    wanted = [target(service, "wang"), target(service, "chen")]
    seen = await preview(service, *wanted)
    assert [each["canInvite"] for each in seen["invitees"]] == [True, True]
    wang = service.world.agents["wang"]
    if presence == "OFFLINE":
        await change(service.database, sa.delete(leases).where(leases.c.agent_id == wang))
    else:
        assert codes(await act(service.agent("wang"), "setPresence", presence=presence)) == []
    here = {"conversationId": conversation_id(service), "invitees": wanted}
    sent = await act(service.agent("lin"), "inviteAgents", SEND, **here)
    gone, there = sent["results"]
    assert (codes(gone), gone["invitation"]) == ([f"INVITEE_{presence}"], None)
    assert (codes(there), there["invitation"]["status"]) == ([], "PENDING")
    again = await preview(service, target(service, "wang"))
    assert codes({"errors": again["invitees"][0]["reasons"]}) == [f"INVITEE_{presence}"]
    assert (again["seats"]["taken"], again["seatsLeft"]) == (1, 2)


async def test_only_who_may_invite_may_preview(service: Service) -> None:
    """R67: hidden is null, too low is FORBIDDEN, closed is a reason."""
    await join(service, "chen")
    input_ = {"conversationId": conversation_id(service), "invitees": [target(service, "wang")]}
    assert await preview(service, target(service, "wang"), by="mei") is None
    assert await code_of(service.agent("chen"), PREVIEW, input=input_) == "FORBIDDEN"
    await act(service.agent("lin"), "closeConversation", conversationId=conversation_id(service))
    seen = await preview(service, target(service, "wang"))
    assert codes({"errors": seen["reasons"]}) == ["CONVERSATION_CLOSED"]
