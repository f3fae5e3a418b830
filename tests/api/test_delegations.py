"""The lead is delegated until a time: the delegate is primary meanwhile, then the role returns by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.handing import delegations
from models.log import deadlines
from tests.api.asking import act, heard, look, refused, rows, sweep
from tests.api.test_deadlines import OF_SOMEBODY
from tests.api.test_offers import leads
from tests.service import Data, Service, codes
from tests.steps import conversation_id, join
from tests.world import FAR, make_due

UNTIL, SOONER = FAR.isoformat(), (FAR - timedelta(days=1)).isoformat()


async def appoint(service: Service, participant: str, key: str = "lin", **said: Any) -> Data:
    return await act(
        service.agent(key),
        "appointDelegate",
        "delegation { principal { name } delegate { name } } participant { role level }",
        participantId=participant,
        **{"until": UNTIL, **said},
    )


async def end(service: Service, key: str) -> Data:
    return await act(
        service.agent(key),
        "endDelegation",
        "delegation { ending } participant { agent { name } }",
        conversationId=conversation_id(service),
    )


async def part(service: Service, key: str, who: str) -> str:
    """Return the id of somebody's present part."""
    seen = await look(service, key, "participants { nodes { id agent { name } } }")
    (found,) = [n["id"] for n in seen["participants"]["nodes"] if n["agent"]["name"] == who]
    return str(found)


async def ending_of(service: Service) -> str:
    (row,) = await rows(service, delegations)
    return str(row.ending)


async def test_both_have_new_ids_whenever_the_lead_changes_hands(service: Service) -> None:
    """R197: as the descriptions say; an id from before is of a part that is over."""
    old = await join(service, "wang")
    ids = [{old, await part(service, "zhao", "Lin")}]
    for change in (appoint(service, old), end(service, "lin")):
        assert codes(await change) == []
        ids.append({await part(service, "zhao", "Lin"), await part(service, "zhao", "Wang")})
        assert len(set.union(*ids)) == 2 * len(ids)
    assert codes(await appoint(service, old)) == ["NOT_FOUND"]
    assert codes(await appoint(service, await part(service, "lin", "Wang"))) == []


async def test_the_delegate_leads_and_the_role_returns_by_itself(service: Service) -> None:
    """R197: at FULL meanwhile; afterwards both are what they were before."""
    wang = await join(service, "wang", level="EDIT")
    begun = await appoint(service, wang)
    assert begun["participant"] == {"role": "PRIMARY", "level": "FULL"}
    assert begun["delegation"] == {"principal": {"name": "Lin"}, "delegate": {"name": "Wang"}}
    assert await leads(service) == "wang"
    assert (await look(service, "zhao", "delegation { until }"))["delegation"] is not None
    (row,) = await rows(service, delegations)
    await make_due(service.database, row.id, until=delegations)
    await sweep(service)
    assert await leads(service) == "lin"
    seen = await look(service, "wang", "viewerLevel delegation { id } seats { taken }")
    assert seen == {"viewerLevel": "EDIT", "delegation": None, "seats": {"taken": 1}}
    assert await ending_of(service) == "TIME_OVER"
    world = service.world
    for owner in (world.conversation, world.agents["lin"], world.agents["wang"]):
        assert (await heard(service, owner))[-4:] == [
            *("PrimaryTransferred", "DelegationBegan"),
            *("DelegationEnded", "PrimaryTransferred"),
        ]
    assert await heard(service, world.conversation, "CUSTOMER") == []
    assert await rows(service, deadlines, OF_SOMEBODY) == []


@pytest.mark.parametrize("key", ["lin", "wang"])
async def test_either_of_the_two_ends_it(service: Service, key: str) -> None:
    """R197: nobody else, and once."""
    await appoint(service, await join(service, "wang"))
    zhou = await join(service, "zhou", inviter="wang", role="SUPERVISOR")
    assert zhou
    assert codes(await end(service, "zhou")) == ["NOT_PERMITTED"]
    ended = await end(service, key)
    assert ended["delegation"] == {"ending": "ENDED"}
    assert ended["participant"]["agent"] == {"name": "Lin"}
    assert codes(await end(service, key)) == ["NOT_FOUND"]
    assert await leads(service) == "lin"


async def test_it_returns_when_the_delegate_leaves(service: Service) -> None:
    """R197: leaving gives the role back first, so there is never none."""
    await appoint(service, await join(service, "wang"))
    here = {"conversationId": conversation_id(service)}
    assert codes(await act(service.agent("wang"), "leaveConversation", **here)) == []
    assert await leads(service) == "lin"
    assert await look(service, "wang", "id") is None
    assert await ending_of(service) == "DELEGATE_LEFT"


async def test_who_gets_the_role_back_can_neither_leave_nor_be_removed(service: Service) -> None:
    """R196, R197: PRIMARY_MUST_TRANSFER until the delegation has ended."""
    await appoint(service, await join(service, "wang"))
    here = {"conversationId": conversation_id(service)}
    left = await refused(service.agent("lin"), "leaveConversation", **here)
    assert left == "PRIMARY_MUST_TRANSFER"
    lin = await part(service, "wang", "Lin")
    removed = await refused(service.agent("wang"), "removeParticipant", participantId=lin)
    assert removed == "NOT_PERMITTED"
    seen = await look(
        service, "wang", "participants { nodes { viewerCan { remove transferPrimary } } }"
    )
    found = [each["viewerCan"] for each in seen["participants"]["nodes"]]
    assert found == [{"remove": False, "transferPrimary": False}] * len(found)
    can = "viewerCan { leave endDelegation transferPrimary appointDelegate close }"
    assert (await look(service, "lin", can))["viewerCan"] == {
        "leave": False,
        "endDelegation": True,
        "transferPrimary": False,
        "appointDelegate": False,
        "close": False,
    }
    assert (await look(service, "wang", can))["viewerCan"] == {
        "leave": True,
        "endDelegation": True,
        "transferPrimary": False,
        "appointDelegate": False,
        "close": True,
    }


async def test_a_delegate_does_not_give_away_what_is_not_theirs(service: Service) -> None:
    """R197: no transfer, no offer, no delegate of a delegate."""
    await appoint(service, await join(service, "wang"))
    chen = await join(service, "chen", inviter="wang")
    for field, more in (
        ("transferPrimary", {}),
        ("offerPrimary", {}),
        ("appointDelegate", {"until": UNTIL}),
    ):
        tried = await refused(service.agent("wang"), field, participantId=chen, **more)
        assert tried == "NOT_PERMITTED"
    assert await leads(service) == "wang"


async def test_what_the_delegate_ends_ends_for_all(service: Service) -> None:
    """R46, R197: the end of the collaboration returns the role and sends the delegate home; closing closes."""
    await appoint(service, await join(service, "wang"))
    here = {"conversationId": conversation_id(service)}
    ended = await act(service.agent("wang"), "endCollaboration", **here, outcome="RESOLVED")
    assert codes(ended) == []
    assert await leads(service) == "lin"
    assert await look(service, "wang", "id") is None
    await appoint(service, await join(service, "wang"))
    assert codes(await act(service.agent("wang"), "closeConversation", **here)) == []
    endings = {str(row.ending) for row in await rows(service, delegations)}
    assert endings == {"ENDED", "CONVERSATION_CLOSED"}
    assert await rows(service, deadlines, OF_SOMEBODY) == []
    assert (await look(service, "wang", "status"))["status"] == "CLOSED"


async def test_a_part_that_would_have_ended_meanwhile_ends_with_the_return(
    service: Service,
) -> None:
    """R42, R197: an assistant who led is again there until their time, and no longer."""
    wang = await join(service, "wang", role="ASSISTANT", endsAt=SOONER)
    await appoint(service, wang)
    (row,) = await rows(service, delegations)
    await make_due(service.database, row.id, ends_at=delegations)
    await end(service, "lin")
    assert await leads(service) == "lin"
    assert await look(service, "wang", "id") is None
    await sweep(service)
    assert (await heard(service, service.world.agents["wang"]))[-1] == "ParticipantLeft"
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_who_may_delegate_to_whom(service: Service) -> None:
    """R39, R156, R197: the primary alone, to somebody present, until a time to come."""
    wang, zhao = await join(service, "wang"), await join(service, "zhao", role="SUPERVISOR")
    own = await part(service, "lin", "Lin")
    past = {"until": "2026-01-01T00:00:00Z"}
    expected: list[tuple[str, str, dict[str, str], str]] = [
        ("zhao", wang, {}, "NOT_PERMITTED"),
        ("admin", wang, {}, "NOT_PERMITTED"),
        ("mei", wang, {}, "NOT_FOUND"),
        ("wang", zhao, {}, "NOT_PERMITTED"),
        ("lin", own, {}, "INVALID_INPUT"),
        ("lin", wang, past, "INVALID_INPUT"),
        ("lin", wang, {"stayAs": "GUEST_EXPERT"}, "INVALID_INPUT"),
    ]
    for key, participant, said, code in expected:
        assert codes(await appoint(service, participant, key, **said)) == [code], key
    assert await rows(service, delegations) == []
