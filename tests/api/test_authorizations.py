"""Something sensitive needs the authorisation of somebody else: bound to person, operation and target, used once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.permissions import ParticipantRole, PermissionLevel
from models.audit import entries
from models.authorizations import authorizations
from models.conversations import participants
from models.log import idempotency
from tests.api.asking import act, heard, look, open_with, refused, rows, sweep
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, join, uuid_of
from tests.world import FAR, change, make_due

PURPOSE = "The customer asked for a call."
CONTACT = {
    "displayName": "Grace Customer",
    "email": "grace@customer.example",
    "phone": "+44 20 7946 0958",
}


async def ask(service: Service, key: str, **said: Any) -> Data:
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": conversation_id(service)}
    return await act(
        service.agent(key),
        "requestAuthorization",
        "authorization { id status }",
        **{**wanted, "purpose": PURPOSE, **said},
    )


async def decide(service: Service, key: str, id_: str, field: str = "approveAuthorization") -> Data:
    status = "authorization { status decidedBy { name } }"
    return await act(service.agent(key), field, status, authorizationId=id_)


async def asked(service: Service, key: str = "lin", **said: Any) -> str:
    id_: str = (await ask(service, key, **said))["authorization"]["id"]
    return id_


async def reveal(service: Service, key: str = "lin", **said: Any) -> Data:
    return await act(
        service.agent(key),
        "revealCustomerContact",
        "contact { displayName email phone }",
        **{"conversationId": conversation_id(service), "purpose": PURPOSE, **said},
    )


async def test_it_is_told_once_to_who_was_authorised(service: Service) -> None:
    """R45, R155, R157: STEP_UP_REQUIRED before and after; masked everywhere else; who, what for, on record."""
    assert codes(await reveal(service)) == ["STEP_UP_REQUIRED"]
    id_ = await asked(service)
    assert codes(await reveal(service)) == ["STEP_UP_REQUIRED"]
    approved = await decide(service, "zhao", id_)
    assert approved["authorization"] == {"status": "APPROVED", "decidedBy": {"name": "Zhao"}}
    assert (await reveal(service))["contact"] == CONTACT
    assert codes(await reveal(service)) == ["STEP_UP_REQUIRED"]
    seen = await look(service, "lin", "customer { maskedEmail maskedPhone }")
    assert "grace@" not in str(seen)
    audited = await rows(service, entries, entries.c.operation == "revealCustomerContact")
    outcomes = sorted((entry.outcome, PURPOSE in entry.facts) for entry in audited)
    assert outcomes == [("OK", True), *[("STEP_UP_REQUIRED", True)] * 3]
    world = service.world
    for key in ("lin", "zhao", "admin"):
        assert (await heard(service, world.agents[key]))[-3:] == [
            *("AuthorizationRequested", "AuthorizationApproved", "AuthorizationUsed"),
        ]


async def test_a_repeated_request_tells_nothing_again(service: Service) -> None:
    """R45, R155: the idempotency key replays that it was done; what was told is stored nowhere."""
    await decide(service, "zhao", await asked(service))
    assert (await reveal(service, idempotencyKey="one"))["contact"] == CONTACT
    again = await reveal(service, idempotencyKey="one")
    assert (again["contact"], codes(again)) == (None, [])
    kept = str([tuple(row) for row in await rows(service, idempotency)])
    assert "grace@" not in kept
    assert "7946" not in kept


async def test_who_decides(service: Service) -> None:
    """R45, R156: supervisors of the requester's department and admins; never who asked, even as an admin."""
    id_ = await asked(service)
    for key, code in {"lin": "NOT_PERMITTED", "wang": "NOT_FOUND", "mei": "NOT_FOUND"}.items():
        for field in ("approveAuthorization", "denyAuthorization"):
            assert codes(await decide(service, key, id_, field)) == [code], key
    waiting = "{ pendingAuthorizations { totalCount nodes { requester { name } purpose } } }"
    for key, count in {"zhao": 1, "admin": 1, "lin": 0, "wang": 0, "other": 0}.items():
        found = (await service.agent(key).run(waiting))["pendingAuthorizations"]
        assert (found["totalCount"], len(found["nodes"])) == (count, count), key
    assert codes(await decide(service, "admin", id_)) == []
    here = {"conversationId": conversation_id(service), "reason": "To help."}
    await act(service.agent("zhao"), "takeOverConversation", **here)
    own = await asked(service, "zhao")
    assert codes(await decide(service, "zhao", own)) == ["NOT_PERMITTED"]


async def test_it_is_bound_to_person_and_target(service: Service) -> None:
    """R45: another person cannot use it, nor the same one elsewhere."""
    await join(service, "wang", level="EDIT")
    await decide(service, "zhao", await asked(service))
    other = node_id("Conversation", await open_with(service))
    assert codes(await reveal(service, "wang")) == ["STEP_UP_REQUIRED"]
    assert codes(await reveal(service, conversationId=other)) == ["STEP_UP_REQUIRED"]
    assert codes(await reveal(service)) == []


async def test_only_who_may_reply_can_ask(service: Service) -> None:
    """R155, R156: the level comes first; guests never."""
    await join(service, "wang")
    assert codes(await ask(service, "wang")) == ["NOT_PERMITTED"]
    assert codes(await reveal(service, "wang")) == ["NOT_PERMITTED"]
    assert codes(await ask(service, "mei")) == ["NOT_FOUND"]
    (error,) = (await ask(service, "lin", purpose=" "))["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "purpose"])


@pytest.mark.parametrize("first", ["approveAuthorization", "denyAuthorization"])
async def test_it_is_decided_once(service: Service, first: str) -> None:
    """R45: whoever comes second is told so."""
    id_ = await asked(service)
    assert codes(await decide(service, "zhao", id_, first)) == []
    for field in ("approveAuthorization", "denyAuthorization"):
        again = codes(await decide(service, "admin", id_, field))
        assert again == ["AUTHORIZATION_NOT_PENDING"]


@pytest.mark.parametrize("approved", [False, True])
async def test_its_time_is_short(service: Service, *, approved: bool) -> None:
    """R45: undecided or approved, at its end it is worth nothing, before anything sweeps too."""
    id_ = await asked(service)
    if approved:
        await decide(service, "zhao", id_)
        (row,) = await rows(service, authorizations)
        assert 119 <= (row.expires_at - row.decided_at).total_seconds() <= 121
    await make_due(service.database, uuid_of(id_, "Authorization"), expires_at=authorizations)
    document = "query ($id: ID!) { node(id: $id) { ... on Authorization { status } } }"
    seen = await service.agent("lin").run(document, id=id_)
    assert seen["node"] == {"status": "EXPIRED"}
    assert codes(await decide(service, "zhao", id_)) == ["AUTHORIZATION_NOT_PENDING"]
    assert codes(await reveal(service)) == ["STEP_UP_REQUIRED"]
    await sweep(service)
    assert (await heard(service, service.world.agents["lin"]))[-1] == "AuthorizationExpired"


async def test_it_goes_with_the_part_of_who_asked(service: Service) -> None:
    """R46: whoever leaves and comes back asks anew; asking anew withdraws what was asked before."""
    await join(service, "wang", level="EDIT")
    await decide(service, "zhao", await asked(service, "wang"))
    here = {"conversationId": conversation_id(service)}
    await act(service.agent("wang"), "leaveConversation", **here)
    await join(service, "wang", level="EDIT")
    assert codes(await reveal(service, "wang")) == ["STEP_UP_REQUIRED"]
    first, second = await asked(service), await asked(service)
    assert codes(await decide(service, "zhao", first)) == ["AUTHORIZATION_NOT_PENDING"]
    await decide(service, "zhao", second)
    assert await refused(service.agent("lin"), "closeConversation", **here, expectedVersion=1)
    await act(service.agent("lin"), "closeConversation", **here)
    statuses = {row.status.name for row in await rows(service, authorizations)}
    assert statuses == {"CANCELED"}


async def adjust(service: Service, part: str, level: str, **until: str) -> None:
    adjusted = await act(
        service.agent("lin"), "adjustPermission", participantId=part, level=level, **until
    )
    assert codes(adjusted) == []


async def statuses(service: Service) -> list[str]:
    found = await rows(service, authorizations)
    return [row.status.name for row in sorted(found, key=lambda row: str(row.id))]


async def test_it_goes_with_the_level_that_it_needs(service: Service) -> None:
    """R45, R194: a level that is raised again brings nothing back, whether it was approved or waits."""
    part = await join(service, "wang", level="EDIT")
    await decide(service, "zhao", await asked(service, "wang"))
    for level in ("GUIDE", "EDIT"):
        await adjust(service, part, level)
    assert codes(await reveal(service, "wang")) == ["STEP_UP_REQUIRED"]
    assert (await heard(service, service.world.agents["wang"]))[-3:] == [
        *("PermissionAdjusted", "AuthorizationCanceled", "PermissionAdjusted"),
    ]
    waiting = await asked(service, "wang")
    for level in ("READ_ONLY", "EDIT"):
        await adjust(service, part, level)
    assert codes(await decide(service, "zhao", waiting)) == ["AUTHORIZATION_NOT_PENDING"]
    assert await statuses(service) == ["CANCELED", "CANCELED"]


async def test_a_lower_level_that_still_carries_it_keeps_it(service: Service) -> None:
    """R45: each operation by what it needs itself."""
    part = await join(service, "zhao", role="SUPERVISOR")
    observer = await join(service, "wang", role="OBSERVER")
    own = participants.c.id == uuid_of(observer, "Participant")
    guest = sa.update(participants).where(own).values(role=ParticipantRole.GUEST_EXPERT)
    await change(service.database, guest)
    await decide(service, "admin", await asked(service, "zhao"))
    of_guest = await asked(service, "zhao", operation="ADJUST_GUEST", targetId=observer)
    await decide(service, "admin", of_guest)
    await adjust(service, part, "EDIT")
    assert await statuses(service) == ["APPROVED", "CANCELED"]
    assert codes(await reveal(service, "zhao")) == []


async def test_it_goes_with_a_level_for_a_time(service: Service) -> None:
    """R44, R45: when that time is over, before anything sweeps too."""
    part = await join(service, "wang")
    await adjust(service, part, "EDIT", until=FAR.isoformat())
    await decide(service, "zhao", await asked(service, "wang"))
    await make_due(service.database, uuid_of(part, "Participant"), level_until=participants)
    await adjust(service, part, "EDIT")
    assert codes(await reveal(service, "wang")) == ["STEP_UP_REQUIRED"]
    assert await statuses(service) == ["CANCELED"]


async def test_it_goes_with_the_lead(service: Service) -> None:
    """R45, R55: whoever leads again asks again."""
    part = await join(service, "wang")
    await decide(service, "zhao", await asked(service))
    there = await act(
        service.agent("lin"), "transferPrimary", "participant { id }", participantId=part
    )
    assert codes(there) == []
    assert await statuses(service) == ["CANCELED"]
    seen = await look(service, "wang", "participants { nodes { id agent { name } } }")
    (own,) = [
        each["id"] for each in seen["participants"]["nodes"] if each["agent"]["name"] == "Lin"
    ]
    assert codes(await act(service.agent("wang"), "transferPrimary", participantId=own)) == []
    assert codes(await reveal(service)) == ["STEP_UP_REQUIRED"]


async def test_a_guest_has_another_level_only_with_leave(service: Service) -> None:
    """R45, R53: by the one who was authorised, once, for this guest, up or down; removing needs none."""
    guest = await join(service, "wang", role="OBSERVER")
    part = participants.c.id == uuid_of(guest, "Participant")
    as_guest = {"role": ParticipantRole.GUEST_EXPERT, "level": PermissionLevel.READ_ONLY}
    await change(service.database, sa.update(participants).where(part).values(**as_guest))
    lin = service.agent("lin")
    raise_: dict[str, Any] = {"participantId": guest, "level": "GUIDE"}
    assert await refused(lin, "adjustPermission", **raise_) == "STEP_UP_REQUIRED"
    chen = await join(service, "chen")
    wrong = await ask(service, "lin", operation="ADJUST_GUEST", targetId=chen)
    assert codes(wrong) == ["INVALID_INPUT"]
    id_ = await asked(service, operation="ADJUST_GUEST", targetId=guest)
    await decide(service, "zhao", id_)
    assert codes(await act(lin, "adjustPermission", **raise_)) == []
    lower = {"participantId": guest, "level": "READ_ONLY"}
    assert await refused(lin, "adjustPermission", **lower) == "STEP_UP_REQUIRED"
    id_ = await asked(service, operation="ADJUST_GUEST", targetId=guest)
    await decide(service, "zhao", id_)
    assert codes(await act(lin, "adjustPermission", **lower)) == []
    assert codes(await act(lin, "removeParticipant", participantId=guest)) == []
