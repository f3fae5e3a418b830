"""Inviting a department, of which one takes part."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.streams import inbox
from models.agents import agents
from models.invitations import invitations
from models.log import events, streams
from models.stored import STORED
from tests.api.asking import act, heard, look, rows, sweep
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, conversation_id, uuid_of
from tests.world import change, make_due, supervise

SEEN = """results { department { slug } invitee { name } invitation { id }
  invitations { id status invitee { name } } errors { code path } }"""


async def call(service: Service, department: str, key: str = "lin", **offer: Any) -> Data:
    target = {"departmentId": node_id("Department", service.world.departments[department])}
    return await act(
        service.agent(key),
        "inviteAgents",
        SEEN,
        conversationId=conversation_id(service),
        invitees=[{"target": target, **offer}],
    )


async def seats(service: Service) -> int:
    taken: int = (await look(service, "lin", "seats { taken }"))["seats"]["taken"]
    return taken


async def statuses(service: Service) -> list[str]:
    found = await rows(service, invitations)
    return sorted(str(row.status) for row in found)


async def test_the_first_of_a_department_to_accept_takes_part(service: Service) -> None:
    """R19, R26: one seat in all; the others' invitations become CANCELED."""
    (result,) = (await call(service, "technology"))["results"]
    assert result["department"] == {"slug": "technology"}
    sent = {each["invitee"]["name"].lower(): each["id"] for each in result["invitations"]}
    assert sorted(sent) == ["chen", "gao", "he", "sun", "wang", "zhao", "zhou"]
    assert await seats(service) == 1
    assert codes(await accept(service, "sun", sent["sun"])) == []
    assert await statuses(service) == ["ACCEPTED", *["CANCELED"] * 6]
    assert await seats(service) == 1
    assert codes(await accept(service, "gao", sent["gao"])) == ["INVITATION_NOT_PENDING"]
    assert (await heard(service, service.world.agents["gao"]))[-1] == "InvitationCanceled"


async def test_all_of_a_department_accept_at_once(service: Service) -> None:
    """R19: exactly one takes part, and no seat leaks."""
    (result,) = (await call(service, "technology"))["results"]
    rivals = [
        accept(service, each["invitee"]["name"].lower(), each["id"])
        for each in result["invitations"]
    ]
    told = sorted(tuple(codes(payload)) for payload in await asyncio.gather(*rivals))
    assert told == [(), *[("INVITATION_NOT_PENDING",)] * 6]
    assert await seats(service) == 1
    people = await look(service, "lin", "participants { nodes { role } }")
    assert len(people["participants"]["nodes"]) == 2


async def test_the_seat_is_free_when_the_last_of_them_has_declined(service: Service) -> None:
    (result,) = (await call(service, "technology"))["results"]
    for place, each in enumerate(result["invitations"], 1):
        key = each["invitee"]["name"].lower()
        await act(service.agent(key), "declineInvitation", invitationId=each["id"])
        assert await seats(service) == (0 if place == len(result["invitations"]) else 1)


async def test_taking_back_an_invitation_of_a_department_takes_back_all(service: Service) -> None:
    """R182: what was offered once is taken back once."""
    (result,) = (await call(service, "technology"))["results"]
    one = result["invitations"][3]["id"]
    assert codes(await act(service.agent("lin"), "revokeInvitation", invitationId=one)) == []
    assert set(await statuses(service)) == {"REVOKED"}
    assert await seats(service) == 0


async def test_when_their_time_is_over_the_seat_is_free_once(service: Service) -> None:
    """R38: before and after the timer has come by."""
    (result,) = (await call(service, "technology"))["results"]
    for each in result["invitations"]:
        id_ = uuid_of(each["id"], "Invitation")
        await make_due(service.database, id_, expires_at=invitations)
    assert await seats(service) == 0
    await sweep(service)
    assert set(await statuses(service)) == {"EXPIRED"}
    assert await seats(service) == 0


async def test_only_those_who_can_be_invited_are_asked(service: Service) -> None:
    quiet = sa.update(agents).values(stated_presence=AgentPresence.DO_NOT_DISTURB)
    busy = [service.world.agents[key] for key in ("wang", "chen", "sun", "zhou", "he", "gao")]
    await change(service.database, quiet.where(agents.c.id.in_(busy)))
    (result,) = (await call(service, "technology"))["results"]
    assert [each["invitee"]["name"] for each in result["invitations"]] == ["Zhao"]
    await act(service.agent("lin"), "revokeInvitation", invitationId=result["invitation"]["id"])
    await change(service.database, quiet.where(agents.c.id == service.world.agents["zhao"]))
    (refused,) = (await call(service, "technology"))["results"]
    assert (codes(refused), refused["invitations"]) == (["INVITEE_DO_NOT_DISTURB"], [])


async def test_an_unknown_department_is_unknown(service: Service) -> None:
    """R156: another organization's looks the same."""
    for department in ("elsewhere", "external-experts"):
        if department == "external-experts":
            await change(service.database, sa.update(agents).values(active=agents.c.key != "ext"))
        (result,) = (await call(service, department))["results"]
        assert codes(result) == ["NOT_FOUND"]


async def test_one_decision_approves_a_whole_department(service: Service) -> None:
    """R19, R52: the approver sees one row and decides once."""
    await supervise(service.database, service.world, "chen", "customer-service")
    (result,) = (await call(service, "customer-service"))["results"]
    assert {each["status"] for each in result["invitations"]} == {"AWAITING_APPROVAL"}
    listed = "{ pendingApprovals { nodes { id } } }"
    (waiting,) = (await service.agent("chen").run(listed))["pendingApprovals"]["nodes"]
    approved = await act(service.agent("chen"), "approveInvitation", invitationId=waiting["id"])
    assert codes(approved) == []
    assert await statuses(service) == ["PENDING", "PENDING"]
    assert await seats(service) == 1
    for key in ("mei", "admin"):
        assert "InvitationCreated" in await heard(service, service.world.agents[key])


async def news(service: Service, key: str) -> list[tuple[str, str]]:
    """Return the approvals that somebody's inbox told of, and their invitations."""
    mine = inbox(service.world.agents[key]).id
    found = await service.database.all(
        sa.select(*STORED.columns)
        .join(streams, events.c.stream_id == streams.c.id)
        .where(events.c.stream_id == mine, events.c.type.startswith("Approval"))
        .order_by(events.c.seq)
    )
    read = [STORED.read(row) for row in found]
    return [(each.type, node_id("Invitation", each.facts.invitation_id)) for each in read]  # type: ignore[attr-defined]  # the event's own


async def waiting(service: Service, key: str) -> list[str]:
    listed = "{ pendingApprovals { nodes { id } } }"
    found = (await service.agent(key).run(listed))["pendingApprovals"]["nodes"]
    return [each["id"] for each in found]


async def test_who_approves_is_told_of_what_they_are_shown(service: Service) -> None:
    """R52: of a group one invitation, in the list and in the inbox; another one when that has ended alone."""
    await supervise(service.database, service.world, "chen", "customer-service")
    (result,) = (await call(service, "customer-service"))["results"]
    (shown,) = await waiting(service, "chen")
    assert await news(service, "chen") == [("ApprovalRequested", shown)]
    await make_due(service.database, uuid_of(shown, "Invitation"), expires_at=invitations)
    (other,) = await waiting(service, "chen")
    assert {shown, other} == {each["id"] for each in result["invitations"]}
    await sweep(service)
    assert await news(service, "chen") == [
        ("ApprovalRequested", shown),
        ("ApprovalClosed", shown),
        ("ApprovalRequested", other),
    ]
    rejected = await act(service.agent("chen"), "rejectInvitation", invitationId=other)
    assert codes(rejected) == []
    assert (await news(service, "chen"))[3:] == [("ApprovalClosed", other)]
    assert await seats(service) == 0
