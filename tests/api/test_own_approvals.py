"""Nobody decides about their own: supervisors who are invited into a conversation themselves."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from models.invitations import invitations
from models.organizations import department_supervisors
from tests.api.asking import act, heard, refused, rows, sweep
from tests.api.test_agents import reasons, skilled
from tests.api.test_approvals import APPROVE, REJECT, UPDATES, pending, status_of
from tests.api.test_deputies import escalate, ids
from tests.api.test_groups import call, news, seats, statuses, waiting
from tests.api.test_previewing import preview, target
from tests.api.test_recommendations import prepare, recommended
from tests.service import Service, codes, node_id
from tests.steps import accept, conversation_id, invite, invited, uuid_of
from tests.world import change, make_due, supervise

NOBODY = "CROSS_DEPARTMENT_NOT_PERMITTED"


async def supervising(service: Service, *keys: str) -> None:
    for key in keys:
        await supervise(service.database, service.world, key, "customer-service")


async def decide(service: Service, key: str, field: str, id_: str) -> list[str]:
    return codes(await act(service.agent(key), field, invitationId=id_))


async def test_a_supervisor_waits_for_another_ones_decision(service: Service) -> None:
    """R52: the invitee neither decides nor knows of it before; afterwards it is theirs to answer, and no more."""
    await supervising(service, "mei", "chen")
    async with service.agent("mei").listen(UPDATES) as listener:
        assert (await listener.event())["invitations"] == []
        id_ = await invited(service, "lin", "mei")
        await listener.silence()
    for field in (APPROVE, REJECT):
        assert await refused(service.agent("mei"), field, invitationId=id_) == "NOT_FOUND"
    assert await pending(service, "mei") == []
    assert await heard(service, service.world.agents["mei"]) == []
    assert await waiting(service, "chen") == [id_]
    assert await decide(service, "chen", APPROVE, id_) == []
    for field in (APPROVE, REJECT):
        assert await refused(service.agent("mei"), field, invitationId=id_) == "NOT_PERMITTED"
    assert await heard(service, service.world.agents["mei"]) == ["InvitationCreated"]
    assert codes(await accept(service, "mei", id_)) == []


async def test_where_nobody_else_supervises_it_is_refused_at_once(service: Service) -> None:
    """R52, R174: in the list of colleagues, the preview, the recommendation and the invitation alike."""
    await prepare(service)
    await skilled(service, "mei", "api")
    await supervising(service, "mei")
    assert await reasons(service, "mei", conversation_id(service)) == [NOBODY]
    (seen,) = (await preview(service, target(service, "mei")))["invitees"]
    assert codes({"errors": seen["reasons"]}) == [NOBODY]
    left_out = {
        each["agent"]["name"]: each for each in (await recommended(service, "timeout"))["leftOut"]
    }
    assert left_out["Mei"]["reasons"] == [{"code": NOBODY}]
    assert codes(await invite(service, "lin", "mei")) == [NOBODY]
    assert await seats(service) == 0
    assert await reasons(service, "admin", conversation_id(service)) == []


async def test_inviter_and_invitee_are_no_two_supervisors(service: Service) -> None:
    """R52: where the two are all who supervise, nobody is left to decide."""
    await supervising(service, "mei", "lin")
    assert codes(await invite(service, "lin", "mei")) == [NOBODY]
    await supervising(service, "chen")
    id_ = await invited(service, "lin", "mei")
    assert [await waiting(service, key) for key in ("mei", "lin", "chen")] == [[], [], [id_]]


async def test_who_comes_to_supervise_while_it_waits_does_not_decide(service: Service) -> None:
    """R52, R156: the last of the others loses the role too, and then it waits in vain."""
    await supervising(service, "chen")
    id_ = await invited(service, "lin", "mei")
    await supervising(service, "mei")
    lost = department_supervisors.c.agent_id == service.world.agents["chen"]
    await change(service.database, sa.delete(department_supervisors).where(lost))
    for key in ("mei", "chen"):
        assert await refused(service.agent(key), APPROVE, invitationId=id_) == "NOT_FOUND"
        assert await pending(service, key) == []
    await make_due(service.database, uuid_of(id_, "Invitation"), expires_at=invitations)
    await sweep(service)
    assert await status_of(service, id_) == "EXPIRED"
    assert await heard(service, service.world.agents["mei"]) == []


async def test_the_only_supervisor_of_a_department_decides_and_is_not_asked(
    service: Service,
) -> None:
    """R19, R52: of a department that is invited as a whole."""
    await supervising(service, "mei")
    (result,) = (await call(service, "customer-service"))["results"]
    assert [each["invitee"]["name"] for each in result["invitations"]] == ["Admin"]
    assert await waiting(service, "mei") == [result["invitation"]["id"]]
    assert await decide(service, "mei", APPROVE, result["invitation"]["id"]) == []


async def group(service: Service) -> dict[str, str]:
    """Let the whole of customer-service be invited, where everybody supervises; return the invitations by name."""
    await supervising(service, "mei", "admin")
    (result,) = (await call(service, "customer-service"))["results"]
    sent = {each["invitee"]["name"].lower(): each["id"] for each in result["invitations"]}
    assert sorted(sent) == ["admin", "mei"]
    return sent


async def test_two_supervisors_of_a_group_decide_about_each_other(service: Service) -> None:
    """R19, R52: each is shown the other's and told of it; a decision leaves one's own to the other."""
    sent = await group(service)
    other = {"mei": sent["admin"], "admin": sent["mei"]}
    for key, id_ in other.items():
        assert await waiting(service, key) == [id_]
        assert await news(service, key) == [("ApprovalRequested", id_)]
        assert await refused(service.agent(key), APPROVE, invitationId=sent[key]) == "NOT_FOUND"
    assert await decide(service, "mei", APPROVE, other["mei"]) == []
    assert await statuses(service) == ["AWAITING_APPROVAL", "PENDING"]
    assert await waiting(service, "mei") == []
    assert await waiting(service, "admin") == [sent["mei"]]
    assert (await news(service, "mei"))[1:] == [("ApprovalClosed", sent["admin"])]
    assert await decide(service, "admin", REJECT, sent["mei"]) == []
    assert await statuses(service) == ["PENDING", "REJECTED"]
    assert (await news(service, "admin"))[1:] == [("ApprovalClosed", sent["mei"])]
    assert await seats(service) == 1


async def test_two_supervisors_of_a_group_decide_at_once(service: Service) -> None:
    """R52: both approve the other's; neither decision is lost."""
    sent = await group(service)
    rivals = (
        decide(service, "mei", APPROVE, sent["admin"]),
        decide(service, "admin", APPROVE, sent["mei"]),
    )
    assert list(await asyncio.gather(*rivals)) == [[], []]
    assert await statuses(service) == ["PENDING", "PENDING"]
    decided = {row.invitee_id: row.decided_by_id for row in await rows(service, invitations)}
    mei, admin = (service.world.agents[key] for key in ("mei", "admin"))
    assert decided == {mei: admin, admin: mei}


async def test_a_third_supervisor_is_shown_what_is_left_of_a_group(service: Service) -> None:
    """R52: when one of the group has decided about all but their own."""
    await supervising(service, "chen")
    sent = await group(service)
    first, second = sorted(sent.items(), key=lambda each: each[1])
    assert await waiting(service, "chen") == [first[1]]
    assert await decide(service, first[0], APPROVE, second[1]) == []
    assert await news(service, "chen") == [("ApprovalRequested", first[1])]
    assert await decide(service, "chen", APPROVE, first[1]) == []
    assert (await news(service, "chen"))[1:] == [("ApprovalClosed", first[1])]
    assert await statuses(service) == ["PENDING", "PENDING"]


async def test_a_third_supervisor_is_asked_anew_for_what_is_left(service: Service) -> None:
    """R52: what they were shown is decided, and another one stands for the group."""
    await supervising(service, "chen")
    sent = await group(service)
    first, second = sorted(sent.items(), key=lambda each: each[1])
    assert await decide(service, second[0], REJECT, first[1]) == []
    assert await news(service, "chen") == [
        ("ApprovalRequested", first[1]),
        ("ApprovalClosed", first[1]),
        ("ApprovalRequested", second[1]),
    ]
    assert await waiting(service, "chen") == [second[1]]


async def test_a_deputy_who_supervises_waits_for_another_one(service: Service) -> None:
    """R31, R52: or is passed over where there is none."""
    deputy = node_id("Agent", service.world.agents["mei"])
    await supervising(service, "mei")
    alone = await invited(service, "lin", "wang", escalateTo=[deputy])
    await escalate(service)
    assert await statuses(service) == ["PENDING"]
    await act(service.agent("lin"), "revokeInvitation", invitationId=alone)
    await supervising(service, "chen")
    first = await invited(service, "lin", "admin", escalateTo=ids(service, "mei"))
    await escalate(service)
    assert await waiting(service, "mei") == [first]
    assert await decide(service, "mei", APPROVE, first) == []
    (left,) = await waiting(service, "chen")
    assert (await news(service, "chen"))[-1] == ("ApprovalRequested", left)
    assert await decide(service, "chen", APPROVE, left) == []
    assert await heard(service, service.world.agents["mei"]) == [
        "ApprovalRequested",
        "ApprovalClosed",
        "InvitationCreated",
    ]
