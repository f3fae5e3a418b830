"""Supervisors who take the lead of a conversation themselves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.audit import entries
from models.invitations import invitations
from models.log import deadlines
from models.organizations import organizations
from tests.api.asking import act, heard, look, refused, rows
from tests.api.test_deadlines import OF_SOMEBODY
from tests.api.test_delegations import appoint
from tests.api.test_offers import leads, offer
from tests.api.test_takeovers import WHY, causes, take_over
from tests.service import Service, codes
from tests.steps import conversation_id, invite, invited, join


async def test_a_supervisor_takes_over_from_outside(service: Service) -> None:
    """R199, R157: at once, with a reason, audited; the old primary stays on as an expert."""
    payload = await take_over(service, "zhao")
    assert payload["participant"] == {"role": "PRIMARY", "level": "FULL"}
    assert payload["conversation"] == {"viewerLevel": "FULL", "viewerStance": "LEAD"}
    assert await leads(service) == "zhao"
    assert await causes(service) == ["TAKEOVER by AGENT"]
    seen = await look(service, "lin", "viewerStance seats { taken } collaboration { id }")
    assert (seen["viewerStance"], seen["seats"]) == ("SUPPORT", {"taken": 1})
    assert seen["collaboration"] is not None
    assert "PrimaryTransferred" in await heard(service, service.world.agents["lin"])
    audited = await rows(service, entries, entries.c.operation == "takeOverConversation")
    assert [entry.outcome for entry in audited] == ["OK"]
    assert await heard(service, service.world.conversation, "CUSTOMER") == []


async def test_a_takeover_finds_a_seat_in_a_full_conversation(service: Service) -> None:
    """R199: the former primary takes one beyond the limit; nobody else gets in by it."""
    for key in ("wang", "chen", "sun"):
        await join(service, key)
    assert codes(await take_over(service, "admin")) == []
    seen = await look(service, "admin", "seats { taken limit }")
    assert seen["seats"] == {"taken": 4, "limit": 3}
    here = {"conversationId": conversation_id(service)}
    for key in ("sun", "chen"):
        refused = await invite(service, "admin", "mei")
        assert codes(refused) == ["COLLABORATOR_LIMIT_REACHED"]
        assert codes(await act(service.agent(key), "leaveConversation", **here)) == []
    assert refused["errors"][0]["current"] == 3
    assert codes(await invite(service, "admin", "mei")) == []
    seen = await look(service, "admin", "seats { taken limit }")
    assert seen["seats"] == {"taken": 3, "limit": 3}


async def test_a_takeover_by_somebody_inside_or_invited(service: Service) -> None:
    """R199: their part or their open invitation becomes the lead."""
    await invited(service, "lin", "zhao")
    assert codes(await take_over(service, "zhao")) == []
    (row,) = await rows(service, invitations)
    assert row.status.name == "CANCELED"
    lin = await part_id(service, "lin")
    back = await act(service.agent("zhao"), "transferPrimary", participantId=lin)
    assert codes(back) == []
    assert codes(await take_over(service, "zhao")) == []
    assert codes(await take_over(service, "zhao")) == ["INVALID_INPUT"]
    assert await leads(service) == "zhao"


async def part_id(service: Service, key: str) -> str:
    seen = await look(service, "zhao", "participants { nodes { id agent { name } } }")
    nodes = seen["participants"]["nodes"]
    (found,) = [n["id"] for n in nodes if n["agent"]["name"] == key.title()]
    return str(found)


async def test_only_who_oversees_it_takes_over(service: Service) -> None:
    """R156, R199: a collaborator, a supervisor's equal of another department and strangers do not."""
    await join(service, "wang", level="EDIT")
    for key, code in {"wang": "NOT_PERMITTED", "mei": "NOT_FOUND", "other": "NOT_FOUND"}.items():
        here = {"conversationId": conversation_id(service), "reason": WHY}
        assert await refused(service.agent(key), "takeOverConversation", **here) == code
    (error,) = (await take_over(service, "zhao", reason=" "))["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "reason"])
    here = {"conversationId": conversation_id(service)}
    await act(service.agent("lin"), "closeConversation", **here)
    assert codes(await take_over(service, "zhao")) == ["CONVERSATION_CLOSED"]


@pytest.mark.parametrize("before", ["offered", "delegated"])
async def test_a_takeover_ends_what_was_under_way(service: Service, before: str) -> None:
    """R55, R197, R199: an open offer is canceled, a delegation is over without a return."""
    wang = await join(service, "wang")
    await (offer(service, "lin", wang) if before == "offered" else appoint(service, wang))
    assert codes(await take_over(service, "zhao")) == []
    assert await leads(service) == "zhao"
    here = {"conversationId": conversation_id(service)}
    assert (await refused(service.agent("wang"), "acceptPrimary", **here)) == "NOT_FOUND"
    assert (await refused(service.agent("wang"), "endDelegation", **here)) == "NOT_FOUND"
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_what_a_takeover_begins_is_counted(service: Service) -> None:
    """R167, R199: the former primary stays as a collaborator, so one more collaboration goes on, and ends once."""
    counted = sa.select(organizations.c.collaborations).where(
        organizations.c.id == service.world.organization
    )
    await take_over(service, "zhao")
    assert (await service.database.all(counted))[0].collaborations == 1
    here = {"conversationId": conversation_id(service)}
    ended = await act(service.agent("zhao"), "endCollaboration", **here, outcome="RESOLVED")
    assert codes(ended) == []
    assert (await service.database.all(counted))[0].collaborations == 0
