"""How somebody's part ends: leaving, removal, the end of the collaboration."""

from __future__ import annotations

import pytest

from models.conversations import participants
from tests.api.asking import act, heard, look, refused, rows
from tests.api.test_participants import PERSON, SOON, adjust
from tests.service import Service, codes
from tests.steps import conversation_id, invite, invited, join, note


async def test_a_collaborator_leaves_and_history_keeps_them(service: Service) -> None:
    """R46, R75, R103, R105, R110, R195: told to the others, rights gone, the row stays."""
    await join(service, "wang")
    await join(service, "chen")
    payload = await act(
        service.agent("wang"), "leaveConversation", PERSON, conversationId=conversation_id(service)
    )
    left = payload["participant"]
    assert left["leaveReason"] == "LEFT"
    assert left["leftAt"] is not None
    assert await look(service, "wang", "id") is None
    assert codes(await note(service, "wang", "One more.")) == ["NOT_FOUND"]
    history = await look(
        service, "lin", "participants(includeFormer: true) { nodes { leaveReason } }"
    )
    assert [each["leaveReason"] for each in history["participants"]["nodes"]] == [
        None,
        "LEFT",
        None,
    ]
    assert (await heard(service, service.world.conversation))[-1] == "ParticipantLeft"
    assert await heard(service, service.world.conversation, "CUSTOMER") == []


@pytest.mark.parametrize("ending", ["leave", "remove"])
async def test_the_last_collaborator_ends_the_collaboration(service: Service, ending: str) -> None:
    """R32, R46, R105, R107: it ends without an outcome; the seat and the agent are free again."""
    wang = await join(service, "wang")
    if ending == "leave":
        id_ = conversation_id(service)
        await act(service.agent("wang"), "leaveConversation", conversationId=id_)
    else:
        await act(service.agent("lin"), "removeParticipant", participantId=wang)
    events = await heard(service, service.world.conversation)
    assert events[-2:] == ["ParticipantLeft", "CollaborationEnded"]
    seen = await look(service, "lin", "status collaboration { id } seats { taken }")
    assert seen == {"status": "OPEN", "collaboration": None, "seats": {"taken": 0}}
    (again,) = (await invite(service, "lin", "wang"))["results"]
    assert again["errors"] == []


async def test_the_primary_cannot_simply_leave(service: Service) -> None:
    """R39, R103, R196: PRIMARY_MUST_TRANSFER; nothing changes."""
    lin, id_ = service.agent("lin"), conversation_id(service)
    assert await refused(lin, "leaveConversation", conversationId=id_) == "PRIMARY_MUST_TRANSFER"
    assert (await look(service, "lin", "viewerLevel"))["viewerLevel"] == "FULL"


async def test_the_primary_removes_a_collaborator(service: Service) -> None:
    """R46, R105, R107, R110: REMOVED is on record, the removed hears of it and sees no more."""
    wang = await join(service, "wang")
    payload = await act(service.agent("lin"), "removeParticipant", PERSON, participantId=wang)
    assert payload["participant"]["leaveReason"] == "REMOVED"
    assert (await heard(service, service.world.agents["wang"]))[-1] == "ParticipantLeft"
    assert await look(service, "wang", "id") is None
    lin = service.agent("lin")
    assert await refused(lin, "removeParticipant", participantId=wang) == "NOT_FOUND"
    assert codes(await adjust(service, "lin", wang, "EDIT")) == ["NOT_FOUND"]


async def test_who_leaves_takes_their_open_offers_along(service: Service) -> None:
    """R46: the inviter lost the right, so what they offered is canceled."""
    await join(service, "zhao", role="SUPERVISOR")
    await invited(service, "zhao", "wang")
    id_ = conversation_id(service)
    await act(service.agent("zhao"), "leaveConversation", conversationId=id_)
    assert (await heard(service, service.world.agents["wang"]))[-1] == "InvitationCanceled"


async def test_all_rights_end_with_the_collaboration(service: Service) -> None:
    """R46, R75, R195: levels for good and for a time alike; the primary goes on alone."""
    wang = await join(service, "wang", level="EDIT")
    await join(service, "chen")
    await adjust(service, "lin", wang, "MANAGE", SOON)
    offered = await invited(service, "wang", "sun")
    payload = await act(
        service.agent("lin"),
        "endCollaboration",
        "collaboration { outcome endedAt } conversation { status viewerLevel }",
        conversationId=conversation_id(service),
        outcome="RESOLVED",
    )
    assert payload["collaboration"]["outcome"] == "RESOLVED"
    assert payload["conversation"] == {"status": "OPEN", "viewerLevel": "FULL"}
    for key in ("wang", "chen"):
        assert await look(service, key, "id") is None
    assert await refused(service.agent("sun"), "acceptInvitation", invitationId=offered) == (
        "INVITATION_NOT_PENDING"
    )
    ended = [row.leave_reason.name for row in await rows(service, participants) if row.left_at]
    assert ended == ["PERIOD_ENDED", "PERIOD_ENDED"]
