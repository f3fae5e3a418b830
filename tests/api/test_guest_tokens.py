"""The token that lets a guest in: for one conversation, as long as they are invited to it or take part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from models.conversations import participants
from models.invitations import invitations
from tests.api.asking import act, code_of, open_with, refused, rows
from tests.guests import GUEST, allow, bound, guest_invited, guest_with_token, soon, token_for
from tests.service import Person, Service, codes, node_id
from tests.steps import accept, conversation_id, invited, uuid_of
from tests.world import change, make_due

PAST = datetime(2020, 1, 1, tzinfo=UTC)
HERE = "query($id: ID!) { conversation(id: $id) { id participants { nodes { role } } } }"
MINE = "{ myInvitations { nodes { id status conversation { id } } } viewer { rights } }"
VIEWER = "{ viewer { agent { name } rights supervises { id } } }"


async def test_the_inviter_lets_a_guest_in_by_a_token(service: Service) -> None:
    """R53: with it the guest answers and takes part, and sees this one conversation only."""
    id_ = await guest_invited(service)
    elsewhere = await open_with(service, primary="lin")
    other = await invited(service, "lin", "ext", conversation=elsewhere, **GUEST)
    assert codes(await accept(service, "ext", other)) == []
    guest = await guest_with_token(service, id_)
    told = await guest.run(MINE)
    assert [each["id"] for each in told["myInvitations"]["nodes"]] == [id_]
    assert told["viewer"]["rights"] == []
    assert codes(await act(guest, "acceptInvitation", invitationId=id_)) == []
    listed = await guest.run("{ conversations { totalCount nodes { id } } }")
    assert listed["conversations"] == {
        "totalCount": 1,
        "nodes": [{"id": conversation_id(service)}],
    }
    assert await guest.run(HERE, id=node_id("Conversation", elsewhere)) == {"conversation": None}
    unread = "{ unreadCounts { conversations { messages } } }"
    assert len((await guest.run(unread))["unreadCounts"]["conversations"]) == 1
    there = {"conversationId": node_id("Conversation", elsewhere), "text": "Hello"}
    assert await refused(guest, "postNote", **there) == "NOT_FOUND"
    assert (
        codes(await act(guest, "postNote", **{**there, "conversationId": conversation_id(service)}))
        == []
    )


async def test_it_says_until_when_it_is_good(service: Service) -> None:
    until = soon()
    issued = await token_for(service, await guest_invited(service, endsAt=until))
    assert issued["expiresAt"][:19] == until[:19]


Ending = Callable[[Service, str], Awaitable[object]]


async def revoked(service: Service, invitation: str) -> object:
    return await act(service.agent("lin"), "revokeInvitation", invitationId=invitation)


async def declined(service: Service, invitation: str) -> object:
    return await act(service.agent("ext"), "declineInvitation", invitationId=invitation)


async def expired(service: Service, invitation: str) -> None:
    id_ = uuid_of(invitation, "Invitation")
    await make_due(service.database, id_, expires_at=invitations)


async def closed(service: Service, invitation: str) -> object:
    return await act(
        service.agent("lin"), "closeConversation", conversationId=conversation_id(service)
    )


async def removed(service: Service, invitation: str) -> object:
    part = (await accept(service, "ext", invitation))["participant"]["id"]
    return await act(service.agent("lin"), "removeParticipant", participantId=part)


async def out_of_time(service: Service, invitation: str) -> None:
    part = (await accept(service, "ext", invitation))["participant"]["id"]
    await make_due(service.database, uuid_of(part, "Participant"), ends_at=participants)


@pytest.mark.parametrize("ending", [revoked, declined, expired, closed, removed, out_of_time])
async def test_it_ends_with_the_invitation_and_with_the_part(
    service: Service, ending: Ending
) -> None:
    """R53: at once, and no other is to be had."""
    id_ = await guest_invited(service, endsAt=soon())
    guest = await guest_with_token(service, id_)
    assert (await guest.run(VIEWER))["viewer"]["agent"]["name"] == "Ext"
    await ending(service, id_)
    assert await code_of(guest, VIEWER) == "UNAUTHENTICATED"
    assert codes(await token_for(service, id_)) == ["INVITATION_NOT_PENDING"]


async def test_nobody_but_the_inviter_has_it(service: Service) -> None:
    """R53, R156: the right, then the row, then who sent it."""
    id_ = await guest_invited(service)
    document = "mutation($i: IssueGuestTokenInput!) { issueGuestToken(input: $i) { token } }"
    for key in ("wang", "ext"):
        person = service.agent(key)
        assert await code_of(person, document, i={"invitationId": id_}) == "FORBIDDEN"
    assert codes(await token_for(service, id_, "zhao")) == ["NOT_FOUND"]
    await allow(service, "zhao")
    colleague = await invited(service, "lin", "wang")
    assert codes(await token_for(service, colleague)) == ["INVALID_INPUT"]


async def test_it_is_written_down_who_had_it(service: Service) -> None:
    """R53, R157: in the audit, without the token."""
    issued = await token_for(service, await guest_invited(service))
    log = await service.agent("admin").run(
        "{ auditLog(first: 1) { nodes { operation facts { name value } } } }"
    )
    (entry,) = log["auditLog"]["nodes"]
    assert entry["operation"] == "issueGuestToken"
    assert issued["token"] not in str(entry)


@pytest.mark.one_database
async def test_a_provider_signs_its_own(service: Service) -> None:
    """R53: nothing is signed here then."""
    routes: Any = service.app.routes
    edge = next(each.endpoint.edge for each in routes if each.path == "/graphql")
    object.__setattr__(edge, "services", replace(edge.services, sign=None))
    assert codes(await token_for(service, await guest_invited(service))) == ["NOT_PERMITTED"]


async def test_whoever_has_a_token_for_one_conversation_has_nothing_besides(
    service: Service,
) -> None:
    """R53: an admin's role and a supervisor's departments count for nothing; without a part there it is no token."""
    assert await code_of(bound(service, "zhao"), VIEWER) == "UNAUTHENTICATED"
    id_ = await invited(service, "lin", "zhao")
    zhao = bound(service, "zhao")
    told = (await zhao.run(VIEWER))["viewer"]
    assert (told["rights"], told["supervises"]) == ([], [])
    assert await zhao.run(HERE, id=conversation_id(service)) == {"conversation": None}
    assert codes(await act(zhao, "acceptInvitation", invitationId=id_)) == []
    assert (await zhao.run(HERE, id=conversation_id(service)))["conversation"] is not None
    elsewhere = await open_with(service)
    assert await zhao.run(HERE, id=node_id("Conversation", elsewhere)) == {"conversation": None}
    assert await code_of(bound(service, "lin", elsewhere), "{ departments { nodes { id } } }") == (
        "FORBIDDEN"
    )


async def test_an_old_one_does_not_live_again_by_another_invitation(service: Service) -> None:
    """R53: not even as the answer to a request that is repeated; the new invitation has its own."""
    id_ = await guest_invited(service)
    asked = {"invitationId": id_, "idempotencyKey": "once"}
    guest = await guest_with_token(service, id_)
    issued = await act(service.agent("lin"), "issueGuestToken", "token", **asked)
    await removed(service, id_)
    again = await guest_invited(service)
    replayed = await act(service.agent("lin"), "issueGuestToken", "token", **asked)
    old = [guest, *(Person(service, each["token"]) for each in (issued, replayed))]
    assert [await code_of(each, VIEWER) for each in old] == ["UNAUTHENTICATED"] * 3
    assert codes(await accept(service, "ext", again)) == []
    assert [await code_of(each, VIEWER) for each in old] == ["UNAUTHENTICATED"] * 3
    fresh = await guest_with_token(service, again)
    assert (await fresh.run(VIEWER))["viewer"]["agent"]["name"] == "Ext"


async def test_it_changes_nothing_besides(service: Service) -> None:
    """R53: neither how the guest is seen elsewhere nor how they are told; nor does it stir in another conversation."""
    await allow(service)
    elsewhere = await open_with(service, primary="lin")
    other = await invited(service, "lin", "ext", conversation=elsewhere, **GUEST)
    part = (await accept(service, "ext", other))["participant"]["id"]
    await change(
        service.database,
        sa.update(participants)
        .where(participants.c.id == uuid_of(part, "Participant"))
        .values(active_at=PAST),
    )
    guest = await guest_with_token(service, await guest_invited(service))
    assert await refused(guest, "setPresence", presence="BUSY") == "NOT_PERMITTED"
    wanted = {"expectedVersion": 0, "language": "ZH"}
    assert await refused(guest, "updateNotificationPreferences", **wanted) == "NOT_PERMITTED"
    looking = {"connectionId": "tab", "conversationId": node_id("Conversation", elsewhere)}
    assert codes(await act(guest, "heartbeat", **looking)) == []
    here = participants.c.id == uuid_of(part, "Participant")
    (row,) = await rows(service, participants, here)
    assert row.active_at == PAST


@pytest.mark.one_database
@pytest.mark.parametrize("field", ["inbox", "invitationUpdates", "pendingApprovalUpdates"])
async def test_it_opens_no_inbox(service: Service, field: str) -> None:
    """R53: an inbox is of all conversations."""
    guest = await guest_with_token(service, await guest_invited(service))
    async with guest.listen(f"subscription {{ {field} {{ __typename }} }}") as listener:
        assert await listener.error() == "FORBIDDEN"
