"""Levels given, raised for a time and taken back; leaving and being removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from models.conversations import participants
from models.invitations import invitations
from tests.api.asking import act, heard, look, open_with, refused, rows
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invite, invited, join, note

SOON = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
PERSON = "participant { role level baseLevel levelUntil stance leftAt leaveReason }"


async def adjust(
    service: Service, key: str, participant: str, level: str, until: str | None = None
) -> Data:
    return await act(
        service.agent(key),
        "adjustPermission",
        PERSON,
        participantId=participant,
        level=level,
        until=until,
    )


async def primary_id(service: Service, key: str = "lin") -> str:
    p = participants.c
    here = p.conversation_id == service.world.conversation
    (row,) = await rows(
        service, participants, here, p.agent_id == service.world.agents[key], p.left_at.is_(None)
    )
    return node_id("Participant", row.id)


ALLOWED = {
    "READ_ONLY": (False, False, False),
    "GUIDE": (True, False, False),
    "EDIT": (True, True, False),
    "MANAGE": (True, True, True),
}


async def may(service: Service, key: str) -> tuple[bool, bool, bool]:
    """Try to write a note, to reply and to invite; return which of it is let through."""
    here, id_ = service.agent(key), conversation_id(service)
    noted = codes(await note(service, key, "A note.")) == []
    replied = codes(await act(here, "sendReply", conversationId=id_, text="A reply.")) == []
    inviting = codes(await invite(service, key, "mei")) == ["CROSS_DEPARTMENT_NOT_PERMITTED"]
    return noted, replied, inviting


async def test_a_level_is_what_can_be_done_at_once(service: Service) -> None:
    """R43, R49, R70, R71, R72, R73, R92, R192, R193, R194: each level up and down, felt by the next call."""
    wang = await join(service, "wang")
    for level in ("GUIDE", "EDIT", "MANAGE", "READ_ONLY", "EDIT"):
        until = SOON if level == "MANAGE" else None
        assert codes(await adjust(service, "lin", wang, level, until)) == []
        assert await may(service, "wang") == ALLOWED[level], level
        can = "viewerLevel viewerCan { view readNotes writeNotes replyToCustomer invite close }"
        seen = await look(service, "wang", can)
        writes, replies, invites = ALLOWED[level]
        assert seen["viewerLevel"] == level
        assert seen["viewerCan"] == {
            "view": True,
            "readNotes": True,
            "writeNotes": writes,
            "replyToCustomer": replies,
            "invite": invites,
            "close": False,
        }


async def test_an_adjustment_is_told_and_recorded(service: Service) -> None:
    """R43, R194: the conversation and the person hear of it; the customer does not."""
    wang = await join(service, "wang")
    assert (await adjust(service, "lin", wang, "READ_ONLY"))["participant"]["level"] == "READ_ONLY"
    world = service.world
    for owner in (world.conversation, world.agents["wang"]):
        assert (await heard(service, owner))[-1] == "PermissionAdjusted"
    assert await heard(service, world.conversation, "CUSTOMER") == []


async def test_a_level_for_a_time_remembers_what_held_before(service: Service) -> None:
    """R44, R74, R193: raised twice for a time, what held for good stays the base; for good forgets it."""
    wang = await join(service, "wang")
    raised = (await adjust(service, "lin", wang, "MANAGE", SOON))["participant"]
    assert (raised["level"], raised["baseLevel"]) == ("MANAGE", "GUIDE")
    lowered = (await adjust(service, "lin", wang, "EDIT", SOON))["participant"]
    assert (lowered["level"], lowered["baseLevel"]) == ("EDIT", "GUIDE")
    settled = (await adjust(service, "lin", wang, "EDIT"))["participant"]
    assert (settled["baseLevel"], settled["levelUntil"]) == (None, None)


async def test_a_role_has_a_ceiling(service: Service) -> None:
    """R42, R156, R192, R193: MANAGE only for a time, an observer at most EDIT, FULL the primary's alone."""
    expert = await join(service, "wang")
    observer = await join(service, "chen", role="OBSERVER")
    assistant = await join(service, "sun", role="ASSISTANT", endsAt=SOON)
    tried: list[tuple[str, str, str | None]] = [
        (expert, "MANAGE", None),
        (expert, "FULL", SOON),
        (observer, "MANAGE", SOON),
        (assistant, "MANAGE", SOON),
    ]
    for participant, level, until in tried:
        assert codes(await adjust(service, "lin", participant, level, until)) == ["LEVEL_TOO_HIGH"]
    for participant in (observer, assistant):
        assert codes(await adjust(service, "lin", participant, "EDIT")) == []


async def test_only_what_is_below_ones_own_level_is_adjusted(service: Service) -> None:
    """R39, R50, R156: neither oneself, nor the primary, nor an equal; a lower one yes."""
    zhao = await join(service, "zhao", role="SUPERVISOR")
    wang = await join(service, "wang")
    sun = await join(service, "sun", role="SUPERVISOR")
    primary = await primary_id(service)
    expected = [
        ("zhao", zhao, "NOT_PERMITTED"),
        ("zhao", primary, "NOT_PERMITTED"),
        ("lin", primary, "NOT_PERMITTED"),
        ("zhao", sun, "LEVEL_TOO_HIGH"),
        ("wang", sun, "NOT_PERMITTED"),
        ("admin", wang, "NOT_PERMITTED"),
        ("mei", wang, "NOT_FOUND"),
        ("other", wang, "NOT_FOUND"),
    ]
    before = await rows(service, participants)
    for key, participant, code in expected:
        assert codes(await adjust(service, key, participant, "GUIDE")) == [code], key
        removal = await refused(service.agent(key), "removeParticipant", participantId=participant)
        assert removal == code, key
    assert await rows(service, participants) == before
    assert codes(await adjust(service, "zhao", wang, "EDIT")) == []


async def test_losing_the_right_to_invite_cancels_what_one_offered(service: Service) -> None:
    """R46, R194: the other's invitations go, the primary's stay."""
    wang = await join(service, "wang")
    await adjust(service, "lin", wang, "MANAGE", SOON)
    theirs = await invited(service, "wang", "chen")
    await invited(service, "lin", "sun")
    await adjust(service, "lin", wang, "EDIT")
    statuses = {row.id: row.status.name for row in await rows(service, invitations)}
    assert sorted(statuses.values()) == ["ACCEPTED", "CANCELED", "PENDING"]
    assert await refused(service.agent("chen"), "acceptInvitation", invitationId=theirs) == (
        "INVITATION_NOT_PENDING"
    )
    assert (await look(service, "lin", "seats { taken }"))["seats"] == {"taken": 2}


async def test_each_takes_part_in_their_own_way(service: Service) -> None:
    """R39, R47, R48, R49, R50, R91, R188: the stance comes from role and level; one leads."""
    await join(service, "wang")
    await join(service, "chen", role="OBSERVER")
    await join(service, "zhao", role="SUPERVISOR")
    seen = await look(
        service,
        "lin",
        "primary { agent { name } level } participants { nodes { agent { name } stance level } }",
    )
    assert seen["primary"] == {"agent": {"name": "Lin"}, "level": "FULL"}
    assert {each["agent"]["name"]: each["stance"] for each in seen["participants"]["nodes"]} == {
        "Lin": "LEAD",
        "Wang": "SUPPORT",
        "Chen": "LEARNER",
        "Zhao": "MANAGER",
    }
    assert [each["level"] for each in seen["participants"]["nodes"]].count("FULL") == 1


async def test_what_a_ui_may_offer_is_what_will_be_let_through(service: Service) -> None:
    """R43, R84: viewerCan of a participant names the levels one may give."""
    wang = await join(service, "wang")
    document = """query ($id: ID!) { node(id: $id) { ... on Participant {
      viewerCan { adjustPermission remove transferPrimary grantableLevels } } } }"""
    seen = [
        (await service.agent(key).run(document, id=wang))["node"]["viewerCan"]
        for key in ("lin", "wang")
    ]
    assert seen == [
        {
            "adjustPermission": True,
            "remove": True,
            "transferPrimary": True,
            "grantableLevels": ["READ_ONLY", "GUIDE", "EDIT", "MANAGE"],
        },
        {
            "adjustPermission": False,
            "remove": False,
            "transferPrimary": False,
            "grantableLevels": [],
        },
    ]


async def test_a_level_holds_in_one_conversation_only(service: Service) -> None:
    """R156: a part in one conversation gives nothing in another."""
    await join(service, "wang", level="EDIT")
    other = await open_with(service, primary="sun")
    reply: dict[str, Any] = {"conversationId": node_id("Conversation", other), "text": "Hello."}
    assert await refused(service.agent("wang"), "sendReply", **reply) == "NOT_FOUND"
