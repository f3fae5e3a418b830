"""Deputies, asked one after another when nobody has accepted."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.deadlines import DeadlineKind
from domain.invitations import InvitationStatus
from models.agents import agents
from models.invitations import deputies, invitations
from models.log import deadlines
from models.unit_of_work import unit_of_work
from server import timers
from tests.api.asking import act, rows, sweep
from tests.api.test_groups import news, seats, statuses, waiting
from tests.api.test_previewing import preview, target
from tests.guests import GUEST, allow
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, conversation_id, invite, invited
from tests.world import FAR, add_agent, change, make_due, set_policy, supervise


def ids(service: Service, *keys: str) -> list[str]:
    return [node_id("Agent", service.world.agents[key]) for key in keys]


async def escalate(service: Service) -> None:
    """Let the time of the next deputy have come."""
    (due,) = await rows(service, deadlines, deadlines.c.kind == DeadlineKind.DEPUTY_IS_ASKED)
    await make_due(service.database, due.subject_id)
    await sweep(service)


async def asked(service: Service) -> list[str]:
    """Return who has an open invitation."""
    names = {id_: key for key, id_ in service.world.agents.items()}
    found = await rows(service, invitations, invitations.c.status == InvitationStatus.PENDING)
    return sorted(names[row.invitee_id] for row in found)


async def test_deputies_are_asked_in_their_order(service: Service) -> None:
    """R31, R38: with the same offer, holding the same seat; whoever accepts first takes part."""
    first = await invited(
        service, "lin", "wang", role="COACH", escalateTo=ids(service, "chen", "sun")
    )
    assert await asked(service) == ["wang"]
    await escalate(service)
    assert await asked(service) == ["chen", "wang"]
    assert await seats(service) == 1
    await escalate(service)
    assert await asked(service) == ["chen", "sun", "wang"]
    assert await rows(service, deadlines, deadlines.c.kind == DeadlineKind.DEPUTY_IS_ASKED) == []
    roles = {str(row.role) for row in await rows(service, invitations)}
    assert roles == {"COACH"}
    assert codes(await accept(service, "wang", first)) == []
    assert await statuses(service) == ["ACCEPTED", "CANCELED", "CANCELED"]


async def test_after_a_refusal_the_deputy_is_asked_at_once(service: Service) -> None:
    """R87: nobody else is left who could accept."""
    first = await invited(service, "lin", "wang", escalateTo=ids(service, "chen"))
    await act(service.agent("wang"), "declineInvitation", invitationId=first)
    await sweep(service)
    assert await asked(service) == ["chen"]
    assert await seats(service) == 1


async def test_nobody_takes_the_seat_between_two_deputies(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R31, R184: the group keeps its seat until nobody is left who could accept."""
    await set_policy(service.database, service.world, standard_limit=1)
    first = await invited(service, "lin", "wang", escalateTo=ids(service, "chen"))
    with monkeypatch.context() as still:
        still.setattr(timers, "overdue", nothing)  # the clock would ask the deputy at once
        await act(service.agent("wang"), "declineInvitation", invitationId=first)
        assert await seats(service) == 1
        await set_patience(service)
    assert codes(await invite(service, "lin", "sun")) == ["COLLABORATOR_LIMIT_REACHED"]
    await escalate(service)
    assert await asked(service) == ["chen"]
    (second,) = await rows(service, invitations, invitations.c.status == InvitationStatus.PENDING)
    chosen = node_id("Invitation", second.id)
    await act(service.agent("chen"), "declineInvitation", invitationId=chosen)
    assert await seats(service) == 0
    assert codes(await invite(service, "lin", "sun")) == []


async def nothing(*_: object) -> list[UUID]:
    return []


async def set_patience(service: Service) -> None:
    """Let the next deputy not be due yet, as if nobody had hurried."""
    later = sa.update(deadlines).where(deadlines.c.kind == DeadlineKind.DEPUTY_IS_ASKED)
    await change(service.database, later.values(due_at=FAR))


async def test_the_seat_is_free_when_no_deputy_can_be_asked(service: Service) -> None:
    """R31: and when whoever searched may not invite any more, or everything is over."""
    quiet = sa.update(agents).where(agents.c.id == service.world.agents["chen"])
    first = await invited(service, "lin", "wang", escalateTo=ids(service, "chen"))
    await change(service.database, quiet.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    await act(service.agent("wang"), "declineInvitation", invitationId=first)
    await sweep(service)
    assert await seats(service) == 0
    second = await invited(service, "lin", "wang", escalateTo=ids(service, "sun"))
    await act(service.agent("wang"), "declineInvitation", invitationId=second)
    await set_patience(service)
    await act(service.agent("lin"), "closeConversation", conversationId=conversation_id(service))
    assert await seats(service) == 0
    assert await rows(service, deadlines) == []


async def test_a_deputy_who_cannot_be_invited_is_passed_over(service: Service) -> None:
    quiet = sa.update(agents).where(agents.c.id == service.world.agents["chen"])
    await invited(service, "lin", "wang", escalateTo=ids(service, "chen", "sun"))
    await change(service.database, quiet.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    await escalate(service)
    assert await asked(service) == ["sun", "wang"]
    assert await rows(service, deputies) == []


async def test_nobody_is_asked_for_an_inviter_who_may_not_invite_any_more(service: Service) -> None:
    """Whoever is removed meanwhile asks for nobody."""
    first = await invited(service, "lin", "wang", escalateTo=ids(service, "chen"))
    await act(service.agent("lin"), "revokeInvitation", invitationId=first)
    assert await rows(service, deadlines, deadlines.c.kind == DeadlineKind.DEPUTY_IS_ASKED) == []
    await sweep(service)
    assert await asked(service) == []


async def test_deputies_are_others(service: Service) -> None:
    for wrong in (["wang"], ["lin"], ["chen", "chen"]):
        payload = await act(
            service.agent("lin"),
            "inviteAgents",
            conversationId=conversation_id(service),
            invitees=[
                {
                    "target": {"agentId": ids(service, "wang")[0]},
                    "escalateTo": ids(service, *wrong),
                }
            ],
        )
        (error,) = payload["errors"]
        assert (error["code"], error["path"][-1]) == ("INVALID_INPUT", "escalateTo")


@pytest.mark.parametrize(
    ("invitee", "role", "deputy"), [("wang", "EXPERT", "ext"), ("ext", "GUEST_EXPERT", "chen")]
)
async def test_a_deputy_could_be_invited_in_the_role(
    service: Service, invitee: str, role: str, deputy: str
) -> None:
    """R53, R31: outside experts as guests, colleagues as anything else; the preview says so too."""
    await allow(service, "lin")
    offer: Data = {**GUEST, "role": role, "escalateTo": ids(service, deputy)}
    (error,) = (await invite(service, "lin", invitee, **offer))["errors"]
    assert (error["code"], error["path"][-1]) == ("INVALID_INPUT", "escalateTo")
    (seen,) = (await preview(service, target(service, invitee, **offer)))["invitees"]
    assert seen["reasons"] == [{"code": "INVALID_INPUT", "path": error["path"]}]
    assert await rows(service, deputies) == []


async def test_a_guest_may_be_the_deputy_of_a_guest(service: Service) -> None:
    """R53, R31: with the same offer."""
    await allow(service, "lin")
    async with unit_of_work(service.database, lambda heads: None) as work:
        other = await add_agent(work, service.world, "another", "external-experts")
    await invited(service, "lin", "ext", **GUEST, escalateTo=[node_id("Agent", other)])
    await escalate(service)
    assert await statuses(service) == ["PENDING", "PENDING"]


async def test_a_deputy_is_not_asked_for_again(service: Service) -> None:
    """R31, R52: who decides about the group decides about its deputies of the same department."""
    await supervise(service.database, service.world, "chen", "customer-service")
    first = await invited(service, "lin", "mei", escalateTo=ids(service, "admin"))
    await escalate(service)
    assert await waiting(service, "chen") == [first]
    assert await news(service, "chen") == [("ApprovalRequested", first)]
    approved = await act(service.agent("chen"), "approveInvitation", invitationId=first)
    assert codes(approved) == []
    assert await statuses(service) == ["PENDING", "PENDING"]
    assert (await news(service, "chen"))[1:] == [("ApprovalClosed", first)]
