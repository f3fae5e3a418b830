"""Whom each notice reaches: everybody listens to their inbox while one cause after the other happens."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest

from domain.conversations import ConversationClass
from domain.deadlines import DeadlineKind
from domain.notices import TEMPLATES, Template
from models.conversations import participants
from models.invitations import invitations
from models.reviews import reviews
from tests.api.asking import act, heard, open_with, rows, sweep
from tests.api.test_idleness import let_pass
from tests.api.test_takeovers import ask, wait_in_vain
from tests.service import Listener, Service, codes, node_id
from tests.steps import invite, invited, join, uuid_of
from tests.world import FAR, make_due, set_policy, supervise

pytestmark = pytest.mark.one_database

NOTICES = "subscription { inbox { __typename notice { title body } } }"
UNTIL = FAR.isoformat()
PEOPLE = ("lin", "wang", "chen", "zhao", "mei", "sun", "admin", "ext", "other")
OFTEN = {
    "invitations_per_inviter_per_minute": 1000,
    "invitations_per_invitee_per_minute": 1000,
    "collaborations_per_agent": 100,
}


async def answer(service: Service, key: str, field: str, invitee: str = "wang") -> None:
    """Let lin invite somebody somewhere, and somebody act on the invitation."""
    sent = await invited(service, "lin", invitee, conversation=await open_with(service))
    assert codes(await act(service.agent(key), field, invitationId=sent)) == []


async def lapse(service: Service, kind: DeadlineKind, **columns: Any) -> None:
    sent = await invited(service, "lin", "wang", conversation=await open_with(service))
    await make_due(service.database, uuid_of(sent, "Invitation"), kind, **columns)
    await sweep(service)


async def change(service: Service, field: str, **said: Any) -> str:
    """Let wang take part somewhere, and lin do something with that part; return it."""
    part = await join(service, "wang", conversation=await open_with(service))
    payload = await act(service.agent("lin"), field, participantId=part, **said)
    assert codes(payload) == []
    return part


async def close(service: Service, place: UUID) -> None:
    here = node_id("Conversation", place)
    assert codes(await act(service.agent("lin"), "closeConversation", conversationId=here)) == []


async def close_amid_help(service: Service) -> None:
    place = await open_with(service)
    await join(service, "wang", conversation=place)
    await close(service, place)


async def close_amid_invitations(service: Service) -> None:
    """Let lin close where lin and somebody else have invited: nobody is told of what they did themselves."""
    place = await open_with(service)
    await join(service, "sun", role="SUPERVISOR", conversation=place)
    await invited(service, "sun", "wang", conversation=place)
    await invited(service, "lin", "chen", conversation=place)
    await close(service, place)


async def authorization(service: Service) -> None:
    here = node_id("Conversation", await open_with(service))
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": here, "purpose": "A call."}
    assert codes(await act(service.agent("lin"), "requestAuthorization", **wanted)) == []


async def emergency(service: Service) -> None:
    place = await open_with(service, ConversationClass.URGENT)
    urgent = {"emergency": True, "emergencyReason": "All shops are down"}
    assert codes(await invite(service, "lin", "wang", conversation=place, request=urgent)) == []


async def settled(service: Service) -> None:
    await emergency(service)
    row = (await rows(service, reviews, reviews.c.settled_at.is_(None)))[0]
    said = {
        "reviewId": node_id("EmergencyReview", row.id),
        "verdict": "JUSTIFIED",
        "comment": "It burned.",
    }
    assert codes(await act(service.agent("zhao"), "settleEmergencyReview", **said)) == []


async def idle(service: Service, *seconds: int) -> None:
    await join(service, "wang")
    for each in seconds:
        await let_pass(service, each)


async def period(service: Service) -> None:
    assistant = {"role": "ASSISTANT", "endsAt": UNTIL}
    part = await join(service, "wang", conversation=await open_with(service), **assistant)
    await make_due(service.database, uuid_of(part, "Participant"), ends_at=participants)
    await sweep(service)


async def revert(service: Service) -> None:
    part = await change(service, "adjustPermission", level="EDIT", until=UNTIL)
    await make_due(service.database, uuid_of(part, "Participant"), level_until=participants)
    await sweep(service)


async def silence(service: Service) -> None:
    await ask(service)
    await wait_in_vain(service)


async def miss_target(service: Service) -> None:
    await ask(service)
    await make_due(service.database, service.world.conversation, DeadlineKind.CUSTOMER_REPLY_TARGET)
    await sweep(service)


Cause = Callable[[Service], Awaitable[Any]]
# For each notice what brings it about, and everybody whom it reaches.
CAUSES: dict[str, tuple[Cause, set[str]]] = {
    "ParticipantIdle": (lambda s: idle(s, 610), {"wang"}),
    "ParticipantLeft:IDLE_TIMEOUT": (lambda s: let_pass(s, 310), {"wang"}),
    "CustomerReplyTargetMissed": (miss_target, {"lin"}),
    "SupervisorCalled": (silence, {"zhao"}),
    "InvitationCreated": (lambda s: answer(s, "lin", "revokeInvitation"), {"wang"}),
    "InvitationReminded": (lambda s: lapse(s, DeadlineKind.INVITATION_REMINDS), {"wang"}),
    "InvitationAccepted": (lambda s: answer(s, "wang", "acceptInvitation"), {"lin"}),
    "InvitationDeclined": (lambda s: answer(s, "wang", "declineInvitation"), {"lin"}),
    "InvitationExpired": (
        lambda s: lapse(s, DeadlineKind.INVITATION_EXPIRES, expires_at=invitations),
        {"lin"},
    ),
    "InvitationDeferred": (lambda s: answer(s, "wang", "deferInvitation"), {"lin"}),
    "InvitationApproved": (lambda s: answer(s, "chen", "approveInvitation", "mei"), {"lin"}),
    "InvitationRejected": (lambda s: answer(s, "chen", "rejectInvitation", "mei"), {"lin"}),
    "ApprovalRequested": (lambda s: answer(s, "lin", "revokeInvitation", "mei"), {"chen"}),
    "AuthorizationRequested": (authorization, {"zhao", "admin"}),
    "EmergencyReviewOpened": (emergency, {"zhao", "admin"}),
    "EmergencyReviewSettled": (settled, {"lin"}),
    "InvitationRevoked": (lambda s: answer(s, "lin", "revokeInvitation"), {"wang"}),
    "InvitationCanceled": (close_amid_invitations, {"sun", "wang", "chen"}),
    "ParticipantLeft:REMOVED": (lambda s: change(s, "removeParticipant"), {"wang"}),
    "ParticipantLeft:PERIOD_ENDED": (period, {"wang"}),
    "PermissionAdjusted": (lambda s: change(s, "adjustPermission", level="READ_ONLY"), {"wang"}),
    "PermissionReverted": (revert, {"wang"}),
    "PrimaryTransferred": (lambda s: change(s, "transferPrimary"), {"wang"}),
    "PrimaryOffered": (lambda s: change(s, "offerPrimary"), {"wang"}),
    "DelegationBegan": (lambda s: change(s, "appointDelegate", until=UNTIL), {"wang"}),
    "ConversationClosed": (close_amid_help, {"wang"}),
}


def pattern(template: Template) -> re.Pattern[str]:
    """Return what the words of a notice look like, whoever is named in them."""
    said = re.escape("\n".join(template.en))
    return re.compile(re.sub(r"\\\{\w+\\\}", ".*", said))


async def drain(service: Service, key: str, listener: Listener, taken: int) -> list[str]:
    """Return the notices of every event in somebody's inbox that was not yet taken."""
    there = len(await heard(service, service.world.agents[key], "INBOX"))
    told = [(await listener.event())["notice"] for _ in range(there - taken)]
    return [f"{each['title']}\n{each['body']}" if each else "" for each in told]


def test_every_notice_has_a_cause() -> None:
    assert set(CAUSES) == set(TEMPLATES)


async def test_each_notice_reaches_whom_it_concerns_and_nobody_else(service: Service) -> None:
    """R69, R76, R105, R109: as the inbox tells it, among colleagues, overseers, an outside expert and a stranger."""
    await set_policy(service.database, service.world, **OFTEN)
    await supervise(service.database, service.world, "chen", "customer-service")
    async with AsyncExitStack() as stack:
        listening = {
            key: await stack.enter_async_context(service.agent(key).listen(NOTICES))
            for key in PEOPLE
        }
        for listener in listening.values():
            assert (await listener.event())["notice"] is None
        taken = dict.fromkeys(PEOPLE, 0)
        for name, (cause, readers) in CAUSES.items():
            await cause(service)
            words, reached = pattern(TEMPLATES[name]), set()
            for key, listener in listening.items():
                told = await drain(service, key, listener, taken[key])
                taken[key] += len(told)
                reached |= {key for each in told if words.fullmatch(each)}
            assert reached == readers, name
