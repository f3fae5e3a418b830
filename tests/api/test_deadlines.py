"""What ends by the clock: it ends at once for whoever asks, and is written down by whoever comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.conversations import participants
from models.invitations import invitations
from models.log import deadlines
from tests.api.asking import act, heard, look, refused, rows, sweep
from tests.service import Service, codes
from tests.steps import accept, conversation_id, invite, invited, join, note, uuid_of
from tests.world import change, make_due

SOON = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
# The one deadline that looks after all collaborators is not about any of them.
OF_SOMEBODY = deadlines.c.kind != DeadlineKind.COLLABORATORS_IDLE
PAST = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = (
    "query ($id: ID!) { invitation(id: $id) { status endedAt conversationPreview { subject } } }"
)


async def let_pass(service: Service, table: sa.Table, id_: UUID, column: str) -> None:
    """Let a row's time be over while no timer knows of it yet."""
    await change(service.database, sa.update(table).where(table.c.id == id_).values({column: PAST}))


async def status_of(service: Service, key: str, invitation: str) -> Any:
    return (await service.agent(key).run(STATUS, id=invitation))["invitation"]


async def test_an_invitation_expires_by_itself(service: Service) -> None:
    """R38, R179: EXPIRED is written and told, the seat is free, nobody has joined."""
    sent = await invited(service, "lin", "wang")
    await make_due(service.database, uuid_of(sent, "Invitation"), expires_at=invitations)
    await sweep(service)
    (row,) = await rows(service, invitations)
    assert (row.status.name, row.ended_at) == ("EXPIRED", row.expires_at)
    world = service.world
    for owner in (world.conversation, world.agents["lin"], world.agents["wang"]):
        assert await heard(service, owner) == ["InvitationCreated", "InvitationExpired"]
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 0}
    assert await rows(service, deadlines, OF_SOMEBODY) == []


async def test_a_late_answer_is_refused_before_anything_sweeps(service: Service) -> None:
    """R38, R183: the row still says PENDING, yet it reads EXPIRED and nobody can answer or revoke it."""
    sent = await invited(service, "lin", "wang")
    await let_pass(service, invitations, uuid_of(sent, "Invitation"), "expires_at")
    for key, field in (
        ("wang", "acceptInvitation"),
        ("wang", "declineInvitation"),
        ("lin", "revokeInvitation"),
    ):
        assert await refused(service.agent(key), field, invitationId=sent) == "INVITATION_EXPIRED"
    seen = await status_of(service, "wang", sent)
    assert (seen["status"], seen["conversationPreview"]) == ("EXPIRED", None)
    assert seen["endedAt"] is not None
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 0}
    (row,) = await rows(service, invitations)
    assert row.status.name == "PENDING"


async def test_an_expired_invitation_stands_in_nobodys_way(service: Service) -> None:
    """R38: the next change in the conversation settles it first, so the same colleague can be asked again."""
    sent = await invited(service, "lin", "wang")
    await make_due(service.database, uuid_of(sent, "Invitation"), expires_at=invitations)
    assert codes(await invite(service, "lin", "wang", "chen", "sun")) == []
    assert (await heard(service, service.world.conversation))[1] == "InvitationExpired"


async def test_an_acceptance_in_time_leaves_nothing_to_expire(service: Service) -> None:
    """R36, R38: a sweep afterwards finds nothing to do."""
    await accept(service, "wang", await invited(service, "lin", "wang"))
    assert await rows(service, deadlines, OF_SOMEBODY) == []
    await sweep(service)
    assert "InvitationExpired" not in await heard(service, service.world.conversation)


async def raised(service: Service) -> UUID:
    """Let wang hold MANAGE for a time, with an invitation under way; return the part's id."""
    wang = await join(service, "wang")
    raise_ = {"participantId": wang, "level": "MANAGE", "until": SOON}
    assert codes(await act(service.agent("lin"), "adjustPermission", **raise_)) == []
    await invited(service, "wang", "chen")
    return uuid_of(wang, "Participant")


async def test_a_level_returns_by_itself(service: Service) -> None:
    """R44, R46, R74, R193: what held before holds again, is told, and offers made meanwhile go."""
    part = await raised(service)
    await make_due(service.database, part, level_until=participants)
    await sweep(service)
    (row,) = await rows(service, participants, participants.c.id == part)
    assert (row.level.name, row.base_level, row.level_until) == ("GUIDE", None, None)
    events = await heard(service, service.world.conversation)
    assert events[-2:] == ["PermissionReverted", "InvitationCanceled"]
    assert (await look(service, "wang", "viewerLevel"))["viewerLevel"] == "GUIDE"


async def test_a_level_past_its_time_gives_nothing_before_anything_sweeps(
    service: Service,
) -> None:
    """R44, R46, R156: reads show the level that holds, and what MANAGE allowed is refused."""
    part = await raised(service)
    await let_pass(service, participants, part, "level_until")
    can = "viewerLevel viewerCan { invite replyToCustomer writeNotes }"
    assert await look(service, "wang", can) == {
        "viewerLevel": "GUIDE",
        "viewerCan": {"invite": False, "replyToCustomer": False, "writeNotes": True},
    }
    assert codes(await invite(service, "wang", "sun")) == ["NOT_PERMITTED"]
    said = {"conversationId": conversation_id(service), "text": "Hello"}
    assert await refused(service.agent("wang"), "sendReply", **said) == "NOT_PERMITTED"
    (row,) = await rows(service, participants, participants.c.id == part)
    assert row.level.name == "MANAGE"


async def test_a_part_ends_with_its_period(service: Service) -> None:
    """R42, R46, R75, R195: PERIOD_ENDED; the last to go ends the collaboration."""
    part = uuid_of(await join(service, "wang", role="ASSISTANT", endsAt=SOON), "Participant")
    await make_due(service.database, part, ends_at=participants)
    await sweep(service)
    (row,) = await rows(service, participants, participants.c.id == part)
    assert (row.leave_reason.name, row.left_at) == ("PERIOD_ENDED", row.ends_at)
    events = await heard(service, service.world.conversation)
    assert events[-2:] == ["ParticipantLeft", "CollaborationEnded"]
    seen = await look(service, "lin", "seats { taken } collaboration { id }")
    assert seen == {"seats": {"taken": 0}, "collaboration": None}


async def test_a_part_past_its_period_gives_nothing_before_anything_sweeps(
    service: Service,
) -> None:
    """R42, R46, R156: to who held it the conversation is gone; to the others they are."""
    wang = await join(service, "wang", role="ASSISTANT", endsAt=SOON)
    await let_pass(service, participants, uuid_of(wang, "Participant"), "ends_at")
    assert await look(service, "wang", "id") is None
    assert codes(await note(service, "wang", "Still here?")) == ["NOT_FOUND"]
    own = await service.agent("wang").run(
        "query ($id: ID!) { node(id: $id) { ... on Participant { leaveReason } } }", id=wang
    )
    assert own["node"] == {"leaveReason": "PERIOD_ENDED"}
    seen = await look(service, "lin", "seats { taken } participants { nodes { role } }")
    assert seen == {"seats": {"taken": 0}, "participants": {"nodes": [{"role": "PRIMARY"}]}}


async def test_a_transfer_outlives_the_end_of_a_part(service: Service) -> None:
    """R55, R99: who became primary does not fall out when their former part would have ended."""
    wang = await join(service, "wang", role="ASSISTANT", endsAt=SOON)
    await act(service.agent("lin"), "transferPrimary", participantId=wang)
    await make_due(service.database, uuid_of(wang, "Participant"))
    await sweep(service)
    assert (await look(service, "wang", "viewerLevel"))["viewerLevel"] == "FULL"
    assert await rows(service, deadlines, OF_SOMEBODY) == []
