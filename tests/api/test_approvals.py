"""Invitations into another department: who decides, until when, and who hears of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models.agents import leases
from models.invitations import invitations
from models.organizations import department_supervisors
from tests.api.asking import act, heard, look, refused, rows, sweep
from tests.service import Data, Service, codes
from tests.steps import accept, conversation_id, invite, invited, join, uuid_of
from tests.world import change, make_due, supervise

APPROVE, REJECT = "approveInvitation", "rejectInvitation"
LIST = """
{ pendingApprovals { totalCount nodes {
  id status kind background inviter { name } invitee { name } approvalDepartment { slug } conversation { id }
  conversationPreview { subject recentMessages { text } }
} } }
"""
UPDATES = """
subscription Updates($after: Cursor) {
  pendingApprovalUpdates(after: $after) {
    __typename cursor invitation { id status } ... on ApprovalsSnapshot { invitations { id } }
  }
}
"""


async def asked(service: Service, **offer: Any) -> str:
    """Let lin of technology ask for mei of customer-service, which chen supervises from now on."""
    await supervise(service.database, service.world, "chen", "customer-service")
    return await invited(service, "lin", "mei", request={"background": "About a refund"}, **offer)


async def status_of(service: Service, id_: str) -> str:
    (row,) = await rows(service, invitations, invitations.c.id == uuid_of(id_, "Invitation"))
    return str(row.status)


async def pending(service: Service, key: str) -> list[Data]:
    found: list[Data] = (await service.agent(key).run(LIST))["pendingApprovals"]["nodes"]
    return found


async def test_no_invitation_outlives_the_part_that_it_offers(service: Service) -> None:
    """R42, R52: not when it is sent, not approved, not put off; then its seat is free."""
    end = (datetime.now(UTC) + timedelta(seconds=100)).isoformat()
    id_ = await asked(service, role="ASSISTANT", endsAt=end)
    for key, step in [(None, ""), ("chen", APPROVE), ("mei", "deferInvitation")]:
        if key:
            assert codes(await act(service.agent(key), step, invitationId=id_)) == []
        (row,) = await rows(service, invitations)
        assert row.expires_at == row.ends_at
    assert row.deferred_until <= row.ends_at


async def test_a_supervisor_there_approves_and_then_the_invitee_can_answer(
    service: Service,
) -> None:
    """R52, R19: AWAITING_APPROVAL is nothing to the invitee, who hears of it when it is approved."""
    id_ = await asked(service)
    (waiting,) = await pending(service, "chen")
    assert (waiting["id"], waiting["status"], waiting["kind"]) == (
        id_,
        "AWAITING_APPROVAL",
        "CROSS_DEPARTMENT",
    )
    assert waiting["background"] == "About a refund"
    assert waiting["approvalDepartment"] == {"slug": "customer-service"}
    assert waiting["conversation"] is None
    assert "grace@customer.example" not in str(waiting["conversationPreview"])
    mei = service.world.agents["mei"]
    assert await heard(service, mei) == []
    assert codes(await accept(service, "mei", id_)) == ["NOT_FOUND"]
    approved = await act(
        service.agent("chen"),
        APPROVE,
        "invitation { status decidedBy { name } }",
        invitationId=id_,
    )
    assert approved["errors"] == []
    assert approved["invitation"] == {"status": "PENDING", "decidedBy": {"name": "Chen"}}
    assert await heard(service, mei) == ["InvitationCreated"]
    assert await pending(service, "chen") == []
    assert codes(await accept(service, "mei", id_)) == []
    assert await heard(service, service.world.agents["lin"]) == [
        "InvitationCreated",
        "InvitationApproved",
        "InvitationAccepted",
    ]
    assert await heard(service, service.world.agents["chen"]) == [
        "ApprovalRequested",
        "ApprovalClosed",
    ]


async def test_the_time_to_answer_begins_with_the_approval(service: Service) -> None:
    """R52, R179: two clocks, 300 s each."""
    id_ = await asked(service)
    own = invitations.c.id == uuid_of(id_, "Invitation")
    (before,) = await rows(service, invitations, own)
    assert (before.expires_at - before.sent_at).total_seconds() == 300
    await act(service.agent("chen"), APPROVE, invitationId=id_)
    (after,) = await rows(service, invitations, own)
    assert (after.expires_at - after.pending_at).total_seconds() == 300
    assert after.expires_at > before.expires_at


async def test_a_rejection_says_why_and_never_reaches_the_invitee(service: Service) -> None:
    """R52: the seat is free again."""
    id_ = await asked(service)
    seen = "invitation { status rejectionReason endedAt }"
    payload = await act(service.agent("chen"), REJECT, seen, invitationId=id_, reason=" Busy week ")
    assert payload["invitation"]["status"] == "REJECTED"
    assert payload["invitation"]["rejectionReason"] == "Busy week"
    assert await heard(service, service.world.agents["mei"]) == []
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 0}
    assert await refused(service.agent("chen"), APPROVE, invitationId=id_) == (
        "INVITATION_NOT_PENDING"
    )


async def test_only_supervisors_of_that_department_decide(service: Service) -> None:
    """R52, R156: the inviter does not, a supervisor elsewhere knows of nothing."""
    id_ = await asked(service)
    for key, code in {
        "lin": "NOT_PERMITTED",
        "zhao": "NOT_FOUND",
        "mei": "NOT_FOUND",
        "wang": "NOT_FOUND",
        "other": "NOT_FOUND",
    }.items():
        for field in (APPROVE, REJECT):
            assert await refused(service.agent(key), field, invitationId=id_) == code, key
        assert await pending(service, key) == []
    assert await status_of(service, id_) == "AWAITING_APPROVAL"


async def test_nobody_approves_their_own(service: Service) -> None:
    """R52: an inviter who supervises the invitee's department needs another supervisor."""
    await supervise(service.database, service.world, "lin", "customer-service")
    assert codes(await invite(service, "lin", "mei")) == ["CROSS_DEPARTMENT_NOT_PERMITTED"]
    id_ = await asked(service)
    assert await refused(service.agent("lin"), APPROVE, invitationId=id_) == "NOT_PERMITTED"
    assert await pending(service, "lin") == []
    assert "ApprovalRequested" not in await heard(service, service.world.agents["lin"])


async def test_the_first_decision_wins(service: Service) -> None:
    """R52: of two supervisors at once, and of one who decides twice."""
    id_ = await asked(service)
    await supervise(service.database, service.world, "sun", "customer-service")
    rivals = [
        act(service.agent(key), field, invitationId=id_)
        for key in ("chen", "sun")
        for field in (APPROVE, REJECT, APPROVE)
    ]
    told = sorted(tuple(codes(payload)) for payload in await asyncio.gather(*rivals))
    assert told == [(), *[("INVITATION_NOT_PENDING",)] * 5]
    kinds = await heard(service, service.world.agents["lin"])
    assert kinds[0] == "InvitationCreated"
    assert kinds[1:] in (["InvitationApproved"], ["InvitationRejected"])


async def test_an_approval_comes_too_late(service: Service) -> None:
    """R52: the approval has a time of its own, whether or not the timer has come by."""
    id_ = await asked(service)
    await make_due(service.database, uuid_of(id_, "Invitation"), expires_at=invitations)
    assert await refused(service.agent("chen"), APPROVE, invitationId=id_) == "INVITATION_EXPIRED"
    assert await pending(service, "chen") == []
    await sweep(service)
    assert await status_of(service, id_) == "EXPIRED"
    assert await heard(service, service.world.agents["mei"]) == []
    assert (await heard(service, service.world.agents["chen"]))[-1] == "ApprovalClosed"
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 0}


async def test_the_inviter_revokes_while_it_waits(service: Service) -> None:
    """R182: also while AWAITING_APPROVAL."""
    id_ = await asked(service)
    assert codes(await act(service.agent("lin"), "revokeInvitation", invitationId=id_)) == []
    assert await refused(service.agent("chen"), APPROVE, invitationId=id_) == (
        "INVITATION_NOT_PENDING"
    )
    assert await heard(service, service.world.agents["mei"]) == []


async def test_what_waits_ends_with_the_right_to_invite_and_with_the_conversation(
    service: Service,
) -> None:
    """R52: CANCELED, and no seat leaks."""
    part = await join(service, "zhao", role="SUPERVISOR")
    await supervise(service.database, service.world, "chen", "customer-service")
    first = await invited(service, "zhao", "mei")
    adjusted = await act(
        service.agent("lin"), "adjustPermission", participantId=part, level="GUIDE"
    )
    assert codes(adjusted) == []
    assert await refused(service.agent("chen"), APPROVE, invitationId=first) == (
        "INVITATION_NOT_PENDING"
    )
    second = await invited(service, "lin", "mei")
    await act(service.agent("lin"), "closeConversation", conversationId=conversation_id(service))
    assert await refused(service.agent("chen"), APPROVE, invitationId=second) == (
        "INVITATION_NOT_PENDING"
    )
    assert await status_of(service, second) == "CANCELED"


async def test_an_invitee_who_went_offline_meanwhile_is_still_asked(service: Service) -> None:
    """R173: presence is looked at when inviting; the time to answer does the rest."""
    id_ = await asked(service)
    gone = sa.delete(leases).where(leases.c.agent_id == service.world.agents["mei"])
    await change(service.database, gone)
    assert codes(await act(service.agent("chen"), APPROVE, invitationId=id_)) == []


async def test_who_supervises_no_more_decides_no_more(service: Service) -> None:
    """R156: the right is read at the moment of the decision."""
    id_ = await asked(service)
    s = department_supervisors.c
    ended = sa.delete(department_supervisors).where(s.agent_id == service.world.agents["chen"])
    await change(service.database, ended)
    assert await refused(service.agent("chen"), APPROVE, invitationId=id_) == "NOT_FOUND"
    assert await pending(service, "chen") == []


async def test_approvers_follow_without_a_gap(service: Service) -> None:
    """R52: a snapshot, then what is asked and what needs no decision any more; resumed from any cursor."""
    first = await asked(service)
    async with service.agent("chen").listen(UPDATES) as listener:
        snapshot = await listener.event()
        assert [each["id"] for each in snapshot["invitations"]] == [first]
        await act(service.agent("chen"), APPROVE, invitationId=first)
        assert (await listener.event())["invitation"] == {"id": first, "status": "PENDING"}
    second = await invited(service, "lin", "wang")
    await act(service.agent("lin"), "revokeInvitation", invitationId=second)
    async with service.agent("chen").listen(UPDATES, after=snapshot["cursor"]) as listener:
        assert [(await listener.event())["__typename"]] == ["ApprovalClosed"]
        await listener.silence()


async def test_what_was_never_approved_was_never_received(service: Service) -> None:
    """R52: not even by somebody who came in by another way later, and sees it in the conversation."""
    await supervise(service.database, service.world, "chen", "customer-service")
    id_ = await invited(service, "lin", "admin")
    await act(service.agent("chen"), REJECT, invitationId=id_)
    taken = await act(
        service.agent("admin"),
        "takeOverConversation",
        conversationId=conversation_id(service),
        reason="Nobody answers.",
    )
    assert codes(taken) == []
    mine = await service.agent("admin").run("{ myInvitations { nodes { id } } }")
    assert mine["myInvitations"]["nodes"] == []
    seen = await look(service, "admin", "invitations { nodes { id status } }")
    assert seen["invitations"]["nodes"] == [{"id": id_, "status": "REJECTED"}]
