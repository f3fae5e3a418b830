"""Inviting colleagues: what is sent, to whom, with which defaults, and every reason against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.conversations import ConversationClass
from models.conversations import collaborations, participants
from models.invitations import invitations
from tests.api.asking import act, heard, look, open_with, refused, rows
from tests.service import Service, codes, node_id
from tests.steps import accept, conversation_id, invite, invited

SOON = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
INVITATION = """
query Invitation($id: ID!) {
  invitation(id: $id) {
    status kind type role level sentAt expiresAt endedAt background specialNotes
    inviter { name department { slug } presence skills { level } } invitee { name }
  }
}
"""


async def read(service: Service, key: str, invitation: str) -> Any:
    return (await service.agent(key).run(INVITATION, id=invitation))["invitation"]


async def test_one_call_with_nothing_but_a_name_invites(service: Service) -> None:
    """R2, R24, R26, R35, R51, R59, R60, R61, R179: sane defaults, straight to PENDING, valid for 300 s."""
    id_ = await invited(service, "lin", "wang")
    sent = await read(service, "wang", id_)
    assert [sent[key] for key in ("status", "kind", "type", "role", "level")] == [
        "PENDING",
        "STANDARD",
        "EXPERT_SUPPORT",
        "EXPERT",
        "GUIDE",
    ]
    valid = datetime.fromisoformat(sent["expiresAt"]) - datetime.fromisoformat(sent["sentAt"])
    assert valid == timedelta(seconds=300)
    assert sent["endedAt"] is None


async def test_an_invitation_is_told_to_both_and_changes_nobodys_part(service: Service) -> None:
    """R69, R35: events for the conversation and both inboxes; nobody has joined yet."""
    world = service.world
    await invited(service, "lin", "wang")
    for owner in (world.conversation, world.agents["lin"], world.agents["wang"]):
        assert await heard(service, owner) == ["InvitationCreated"]
    assert await heard(service, world.agents["chen"]) == []
    assert await heard(service, world.conversation, "CUSTOMER") == []
    assert len(await rows(service, participants)) == 2  # the primaries of both conversations
    assert await rows(service, collaborations) == []
    assert await look(service, "lin", "seats { taken limit } collaboration { id }") == {
        "seats": {"taken": 1, "limit": 3},
        "collaboration": None,
    }


async def test_the_invitee_learns_who_asks_and_for_what(service: Service) -> None:
    """R64, R65, R66, R79, R80: background, type and special notes, and the inviter as they are."""
    request = {"type": "COACHING", "background": " 网关 502 ", "specialNotes": "Be gentle"}
    payload = await invite(service, "lin", "wang", request=request)
    sent = await read(service, "wang", payload["results"][0]["invitation"]["id"])
    assert (sent["type"], sent["background"], sent["specialNotes"]) == (
        "COACHING",
        "网关 502",
        "Be gentle",
    )
    assert sent["inviter"] == {
        "name": "Lin",
        "department": {"slug": "technology"},
        "presence": "ONLINE",
        "skills": [],
    }


async def test_each_role_has_its_own_level(service: Service) -> None:
    """R33, R40, R41, R42, R6, R9, R14: role and level differ by invitee; a level can be granted."""
    urgent = await open_with(service, ConversationClass.URGENT)
    offers: dict[str, tuple[dict[str, Any], str]] = {
        "wang": ({"role": "EXPERT"}, "GUIDE"),
        "chen": ({"role": "COACH", "level": "EDIT"}, "EDIT"),
        "sun": ({"role": "OBSERVER"}, "READ_ONLY"),
        "zhou": ({"role": "ASSISTANT", "endsAt": SOON}, "GUIDE"),
        "he": ({"role": "SCRIBE"}, "GUIDE"),
        "zhao": ({"role": "SUPERVISOR"}, "MANAGE"),
    }
    invitees = [
        {"target": {"agentId": node_id("Agent", service.world.agents[key])}, **offer}
        for key, (offer, _) in offers.items()
    ]
    payload = await act(
        service.agent("lin"),
        "inviteAgents",
        "results { invitation { role level } }",
        conversationId=node_id("Conversation", urgent),
        invitees=invitees,
    )
    assert codes(payload) == []
    assert [result["invitation"] for result in payload["results"]] == [
        {"role": offer["role"], "level": level} for offer, level in offers.values()
    ]


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ({"role": "PRIMARY"}, "INVALID_INPUT"),
        ({"role": "GUEST_EXPERT", "endsAt": SOON}, "INVALID_INPUT"),
        ({"role": "ASSISTANT"}, "INVALID_INPUT"),
        ({"level": "FULL"}, "LEVEL_TOO_HIGH"),
        ({"level": "MANAGE"}, "LEVEL_TOO_HIGH"),
        ({"role": "OBSERVER", "level": "GUIDE"}, "LEVEL_TOO_HIGH"),
        ({"endsAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT"),
    ],
)
async def test_what_cannot_be_offered_is_refused(
    service: Service, offer: dict[str, Any], code: str
) -> None:
    """R33, R156: nothing above one's own level or the role's, no part without its compulsory end."""
    payload = await invite(service, "lin", "wang", **offer)
    assert codes(payload) == [code]
    assert await rows(service, invitations) == []


async def test_several_are_invited_at_once_and_each_has_a_result(service: Service) -> None:
    """R31, R170: one refusal does not stop the others."""
    payload = await invite(service, "lin", "wang", "mei", "chen", "ext", "lin")
    assert [codes(result) for result in payload["results"]] == [
        [],
        ["CROSS_DEPARTMENT_NOT_PERMITTED"],
        [],
        ["EXTERNAL_NOT_PERMITTED", "INVALID_INPUT"],
        ["CANNOT_INVITE_SELF"],
    ]
    assert [error["path"] for error in payload["errors"]] == [
        ["input", "invitees", place] for place in ("1", "3")
    ] + [
        ["input", "invitees", "3", "role"],
        ["input", "invitees", "4"],
    ]
    invitees = {row.invitee_id for row in await rows(service, invitations)}
    assert invitees == {service.world.agents["wang"], service.world.agents["chen"]}
    for key in ("mei", "ext"):
        assert await heard(service, service.world.agents[key]) == []


async def test_the_inviter_withdraws_an_open_invitation(service: Service) -> None:
    """R181, R182, R183: revoked; both see it, the seat is free, and it is too late to accept."""
    sent = await invited(service, "lin", "wang")
    listed = await look(service, "lin", "invitations(statuses: [PENDING]) { nodes { id } }")
    assert listed["invitations"]["nodes"] == [{"id": sent}]
    payload = await act(
        service.agent("lin"),
        "revokeInvitation",
        "invitation { status endedAt }",
        invitationId=sent,
    )
    assert payload["invitation"]["status"] == "REVOKED"
    assert payload["invitation"]["endedAt"] is not None
    assert (await read(service, "wang", sent))["status"] == "REVOKED"
    assert codes(await accept(service, "wang", sent)) == ["INVITATION_NOT_PENDING"]
    world = service.world
    for owner in (world.conversation, world.agents["wang"]):
        assert await heard(service, owner) == ["InvitationCreated", "InvitationRevoked"]
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 0}


async def test_nobody_but_the_inviter_withdraws(service: Service) -> None:
    """R182: the invitee sees it and may not; for everybody else it is not there."""
    sent = await invited(service, "lin", "wang")
    expected = {"wang": "NOT_PERMITTED", "chen": "NOT_FOUND", "other": "NOT_FOUND"}
    for key, code in expected.items():
        assert await refused(service.agent(key), "revokeInvitation", invitationId=sent) == code
    assert (await read(service, "lin", sent))["status"] == "PENDING"


async def test_an_answered_invitation_cannot_be_withdrawn(service: Service) -> None:
    """R183: exactly one of accepting and revoking wins."""
    sent = await invited(service, "lin", "wang")
    await accept(service, "wang", sent)
    lin = service.agent("lin")
    assert await refused(lin, "revokeInvitation", invitationId=sent) == "INVITATION_NOT_PENDING"
    assert (await look(service, "wang", "viewerLevel"))["viewerLevel"] == "GUIDE"


async def test_the_schema_speaks_of_agents_only(service: Service) -> None:
    """R4: inviting a visitor of the website is another feature; no name suggests it."""
    sdl = (await service.http.get("/schema.graphql")).text.lower()
    assert not [word for word in ("visitor", "popup", "website") if word in sdl]


async def test_an_invitation_names_the_conversation_by_its_id(service: Service) -> None:
    """R68: the reply has all a client needs next."""
    payload = await act(
        service.agent("lin"),
        "inviteAgents",
        "conversation { id } results { invitee { id } invitation { status } }",
        conversationId=conversation_id(service),
        invitees=[{"target": {"agentId": node_id("Agent", service.world.agents["wang"])}}],
    )
    assert payload["conversation"] == {"id": conversation_id(service)}
    assert payload["results"][0]["invitation"] == {"status": "PENDING"}
