"""A warm transfer: the role is offered, and the old primary stays until the new one takes it."""

from __future__ import annotations

from typing import Any

import pytest

from models.handing import offers
from models.log import deadlines
from tests.api.asking import act, heard, look, refused, rows, sweep
from tests.api.test_deadlines import OF_SOMEBODY
from tests.service import Data, Service, codes
from tests.steps import conversation_id, join
from tests.world import FAR, make_due, primary_of

OFFER = "offer { status expiresAt agent { name } } conversation { primary { agent { name } } }"


async def offer(service: Service, key: str, participant: str, **said: Any) -> Data:
    person = service.agent(key)
    return await act(person, "offerPrimary", OFFER, participantId=participant, **said)


async def answer(service: Service, key: str, field: str) -> Data:
    here = {"conversationId": conversation_id(service)}
    return await act(service.agent(key), field, "offer { status } conversation { id }", **here)


async def leads(service: Service) -> str:
    world = service.world
    leader = await primary_of(service.database, world.conversation)
    return next(key for key, id_ in world.agents.items() if id_ == leader)


async def test_the_old_primary_stays_until_the_new_one_takes_it(service: Service) -> None:
    """R55, R99, R196: offered, nothing moves; taken, it moves in one moment, told to everybody inside."""
    payload = await offer(service, "lin", await join(service, "wang"), stayAs="COACH")
    assert payload["offer"]["status"] == "PENDING"
    assert payload["conversation"]["primary"]["agent"] == {"name": "Lin"}
    assert await leads(service) == "lin"
    assert (await answer(service, "wang", "acceptPrimary"))["offer"] == {"status": "ACCEPTED"}
    assert await leads(service) == "wang"
    seen = await look(service, "lin", "viewerStance primaryOffer { id }")
    assert seen == {"viewerStance": "SUPPORT", "primaryOffer": None}
    world = service.world
    for owner in (world.conversation, world.agents["lin"], world.agents["wang"]):
        told = [kind for kind in await heard(service, owner) if "Primary" in kind]
        assert told == ["PrimaryOffered", "PrimaryOfferAccepted", "PrimaryTransferred"]
    assert await heard(service, world.conversation, "CUSTOMER") == []
    assert await rows(service, deadlines, OF_SOMEBODY) == []


@pytest.mark.parametrize(
    ("key", "field", "status"),
    [("wang", "declinePrimary", "DECLINED"), ("lin", "withdrawPrimaryOffer", "WITHDRAWN")],
)
async def test_an_offer_is_turned_down_or_taken_back(
    service: Service, key: str, field: str, status: str
) -> None:
    """R55: then it cannot be taken any more, and the primary leads on."""
    await offer(service, "lin", await join(service, "wang"))
    assert (await answer(service, key, field))["offer"] == {"status": status}
    assert codes(await answer(service, "wang", "acceptPrimary")) == ["NOT_FOUND"]
    assert await leads(service) == "lin"
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_an_offer_expires(service: Service) -> None:
    """R55: at its time, before anything sweeps too."""
    await offer(service, "lin", await join(service, "wang"))
    (row,) = await rows(service, offers)
    await make_due(service.database, row.id, expires_at=offers)
    assert (await look(service, "wang", "primaryOffer { id }"))["primaryOffer"] is None
    assert codes(await answer(service, "wang", "acceptPrimary")) == ["NOT_FOUND"]
    await sweep(service)
    assert (await heard(service, service.world.agents["wang"]))[-1] == "PrimaryOfferExpired"
    assert await leads(service) == "lin"


async def test_a_new_offer_withdraws_the_one_before(service: Service) -> None:
    """R55: the role is offered to one person at a time."""
    await offer(service, "lin", await join(service, "wang"))
    await offer(service, "lin", await join(service, "chen"))
    assert codes(await answer(service, "wang", "acceptPrimary")) == ["NOT_PERMITTED"]
    assert codes(await answer(service, "chen", "acceptPrimary")) == []
    statuses = sorted(row.status.name for row in await rows(service, offers))
    assert statuses == ["ACCEPTED", "WITHDRAWN"]


@pytest.mark.parametrize("end", ["leave", "remove", "transfer", "close", "end collaboration"])
async def test_an_offer_dies_with_what_it_rests_on(service: Service, end: str) -> None:
    """R46, R55: the one it was made to goes, the role moves otherwise, or the conversation ends."""
    wang, chen = await join(service, "wang"), await join(service, "chen")
    await offer(service, "lin", wang)
    here, lin = {"conversationId": conversation_id(service)}, service.agent("lin")
    match end:
        case "leave":
            await act(service.agent("wang"), "leaveConversation", **here)
        case "remove":
            await act(lin, "removeParticipant", participantId=wang)
        case "transfer":
            await act(lin, "transferPrimary", participantId=chen)
        case "close":
            await act(lin, "closeConversation", **here)
        case _:
            await act(lin, "endCollaboration", **here, outcome="RESOLVED")
    (row,) = await rows(service, offers)
    assert row.status.name == "CANCELED"
    assert (await answer(service, "wang", "acceptPrimary"))["errors"]
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_who_may_offer_to_whom(service: Service) -> None:
    """R39, R55, R156: the primary alone, to somebody present, never in a role that cannot be left to."""
    wang, zhao = await join(service, "wang"), await join(service, "zhao", role="SUPERVISOR")
    own = await look(service, "lin", "primary { id }")
    expected: list[tuple[str, str, dict[str, Any], str]] = [
        ("wang", zhao, {}, "NOT_PERMITTED"),
        ("zhao", wang, {}, "NOT_PERMITTED"),
        ("admin", wang, {}, "NOT_PERMITTED"),
        ("mei", wang, {}, "NOT_FOUND"),
        ("lin", own["primary"]["id"], {}, "INVALID_INPUT"),
        ("lin", wang, {"stayAs": "ASSISTANT"}, "INVALID_INPUT"),
        ("lin", wang, {"expectedVersion": 1}, "VERSION_CONFLICT"),
    ]
    for key, participant, said, code in expected:
        assert codes(await offer(service, key, participant, **said)) == [code], key
    assert await rows(service, offers) == []
    await offer(service, "lin", wang)
    here = {"conversationId": conversation_id(service)}
    assert await refused(service.agent("wang"), "withdrawPrimaryOffer", **here) == "NOT_PERMITTED"
    assert await refused(service.agent("mei"), "acceptPrimary", **here) == "NOT_FOUND"


async def test_an_offer_is_no_business_of_outsiders(service: Service) -> None:
    """R156: those inside and the two see it, nobody else."""
    made = await act(
        service.agent("lin"),
        "offerPrimary",
        "offer { id }",
        participantId=await join(service, "wang"),
    )
    document = "query ($id: ID!) { node(id: $id) { ... on PrimaryOffer { status } } }"
    seen = {
        key: (await service.agent(key).run(document, id=made["offer"]["id"]))["node"]
        for key in ("lin", "wang", "zhao", "mei", "other")
    }
    pending = {"status": "PENDING"}
    assert seen == {"lin": pending, "wang": pending, "zhao": None, "mei": None, "other": None}
    assert (await look(service, "zhao", "primaryOffer { id }"))["primaryOffer"] is None


async def test_an_assistant_who_leads_does_not_fall_out(service: Service) -> None:
    """R55, R99: the end of the part they had before is over with it."""
    assistant = await join(service, "wang", role="ASSISTANT", endsAt=FAR.isoformat())
    await offer(service, "lin", assistant)
    await answer(service, "wang", "acceptPrimary")
    assert await rows(service, deadlines, OF_SOMEBODY) == []
    own = await service.agent("wang").run(
        "query ($id: ID!) { node(id: $id) { ... on Participant { leaveReason } } }", id=assistant
    )
    assert own["node"] == {"leaveReason": "TRANSFERRED_OUT"}
