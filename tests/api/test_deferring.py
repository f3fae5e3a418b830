"""Putting an invitation off, and being reminded."""

from __future__ import annotations

from typing import Any

from domain.deadlines import DeadlineKind
from models.invitations import invitations
from models.log import deadlines
from tests.api.asking import act, heard, refused, rows, sweep
from tests.service import Service, codes
from tests.steps import accept, invited, uuid_of
from tests.world import make_due, set_policy

DEFER = "deferInvitation"
SEEN = "invitation { status deferredUntil expiresAt }"


async def row_of(service: Service, id_: str) -> Any:
    (row,) = await rows(service, invitations, invitations.c.id == uuid_of(id_, "Invitation"))
    return row


async def test_later_keeps_it_pending_and_gives_as_much_more_time(service: Service) -> None:
    """R88, R89: once, by at most 300 s; the inviter sees until when."""
    id_ = await invited(service, "lin", "wang")
    before = await row_of(service, id_)
    deferred = await act(service.agent("wang"), DEFER, SEEN, invitationId=id_, seconds=120)
    assert codes(deferred) == []
    assert deferred["invitation"]["status"] == "PENDING"
    after = await row_of(service, id_)
    assert (after.expires_at - before.expires_at).total_seconds() == 120
    mine = "{ myInvitations(where: {direction: SENT}) { nodes { deferredUntil status } } }"
    (seen,) = (await service.agent("lin").run(mine))["myInvitations"]["nodes"]
    assert seen["deferredUntil"] == deferred["invitation"]["deferredUntil"] is not None
    for key in ("lin", "wang"):
        assert (await heard(service, service.world.agents[key]))[-1] == "InvitationDeferred"
    assert codes(await accept(service, "wang", id_)) == []


async def test_an_invitation_is_put_off_once_and_not_for_long(service: Service) -> None:
    """R88: 300 s unless the policy says otherwise."""
    id_, wang = await invited(service, "lin", "wang"), service.agent("wang")
    for seconds in (0, 301, -5):
        assert await refused(wang, DEFER, invitationId=id_, seconds=seconds) == "INVALID_INPUT"
    assert codes(await act(wang, DEFER, invitationId=id_)) == []
    row = await row_of(service, id_)
    assert (row.expires_at - row.sent_at).total_seconds() == 600
    assert await refused(wang, DEFER, invitationId=id_) == "NOT_PERMITTED"
    assert (await row_of(service, id_)).expires_at == row.expires_at


async def test_only_the_invitee_puts_off_what_is_pending(service: Service) -> None:
    id_ = await invited(service, "lin", "wang")
    assert await refused(service.agent("lin"), DEFER, invitationId=id_) == "NOT_PERMITTED"
    assert await refused(service.agent("chen"), DEFER, invitationId=id_) == "NOT_FOUND"
    await act(service.agent("wang"), "declineInvitation", invitationId=id_)
    assert await refused(service.agent("wang"), DEFER, invitationId=id_) == "INVITATION_NOT_PENDING"
    late = await invited(service, "lin", "chen")
    await make_due(service.database, uuid_of(late, "Invitation"), expires_at=invitations)
    assert await refused(service.agent("chen"), DEFER, invitationId=late) == "INVITATION_EXPIRED"


async def due(service: Service, id_: str, kind: DeadlineKind) -> None:
    d = deadlines.c
    own = d.subject_id == uuid_of(id_, "Invitation")
    (found,) = await rows(service, deadlines, own, d.kind == kind)
    async with service.database.writing() as connection:
        past = found.due_at.replace(year=found.due_at.year - 1)
        moved = deadlines.update().where(own, d.kind == kind).values(due_at=past)
        await connection.execute(moved)
    await sweep(service)


async def test_the_invitee_is_reminded_and_nobody_else(service: Service) -> None:
    """R90: when the time has come that they put it off to, and 30 s before it expires."""
    id_ = await invited(service, "lin", "wang")
    row = await row_of(service, id_)
    (reminder,) = await rows(
        service, deadlines, deadlines.c.kind == DeadlineKind.INVITATION_REMINDS
    )
    assert (row.expires_at - reminder.due_at).total_seconds() == 30
    await act(service.agent("wang"), DEFER, invitationId=id_, seconds=60)
    wang, lin = service.world.agents["wang"], service.world.agents["lin"]
    await due(service, id_, DeadlineKind.DEFERRAL_ENDS)
    assert (await heard(service, wang)).count("InvitationReminded") == 1
    await due(service, id_, DeadlineKind.INVITATION_REMINDS)
    assert (await heard(service, wang)).count("InvitationReminded") == 2
    assert "InvitationReminded" not in await heard(service, lin)
    assert "InvitationReminded" not in await heard(service, service.world.conversation)


async def test_who_has_answered_is_not_reminded(service: Service) -> None:
    """R90: what was scheduled goes with the answer."""
    id_ = await invited(service, "lin", "wang")
    await act(service.agent("wang"), DEFER, invitationId=id_)
    assert codes(await accept(service, "wang", id_)) == []
    own = deadlines.c.subject_id == uuid_of(id_, "Invitation")
    assert await rows(service, deadlines, own) == []


async def test_there_is_no_reminder_without_a_moment_for_it(service: Service) -> None:
    await set_policy(
        service.database, service.world, reminder_seconds=30, invitation_validity_seconds=20
    )
    await invited(service, "lin", "wang")
    assert await rows(service, deadlines, deadlines.c.kind == DeadlineKind.INVITATION_REMINDS) == []
