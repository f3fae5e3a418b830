"""A chapter: somebody joins, says nothing, is warned, and is thanked and taken out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

from scripts.story.documents import OPERATION
from scripts.story.people import Data, Feed, Person, person
from scripts.story.telling import act, expect, expect_that

WARNING_SECONDS, REMOVAL_SECONDS = 30, 40  # the least that can be set
SOON_SECONDS = 5


async def play_idling(address: str, tokens: Mapping[str, str]) -> None:
    act("王志远 joins another conversation and goes quiet")
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        lin = await enter(person("林晓/lin", address, tokens["lin"]))
        wang = await enter(person("王志远/wang", address, tokens["wang"]))
        admin = await enter(person("admin", address, tokens["admin"]))
        await _hurry(admin)
        here = await _together(lin, wang)
        inbox = wang.follow(OPERATION["Inbox"])
        await inbox.hear("InboxSnapshot")
        await _fall_silent(wang, inbox)
        await _look_back(lin, here)


async def _hurry(admin: Person) -> None:
    """Let the organization wait for seconds only, so that the chapter is short."""
    version = (await admin.ask(OPERATION["Policy"]))["version"]
    await admin.do(
        OPERATION["UpdateCollaborationPolicy"],
        expectedVersion=version,
        idleWarningSeconds=WARNING_SECONDS,
        idleRemovalSeconds=REMOVAL_SECONDS,
    )
    admin.say(f"warn after {WARNING_SECONDS} s without a sign, remove after {REMOVAL_SECONDS} s")


async def _together(lin: Person, wang: Person) -> str:
    """Open a conversation with lin and wang in it, and return its id."""
    customer = {"new": {"externalId": "quiet", "displayName": "赵女士"}}
    opened = await lin.do(
        OPERATION["OpenConversation"], customer=customer, subject="发票抬头需要更正"
    )
    here = str(opened["conversation"]["id"])
    viewer = (await wang.ask(OPERATION["Viewer"]))["agent"]
    invitee = {"target": {"agentId": viewer["id"]}}
    sent = await lin.do(OPERATION["InviteAgents"], conversationId=here, invitees=[invitee])
    invitation = sent["results"][0]["invitation"]["id"]
    await wang.do(OPERATION["AcceptInvitation"], invitationId=invitation)
    wang.say("takes part, and then turns to something else")
    return here


async def _fall_silent(wang: Person, inbox: Feed) -> None:
    await asyncio.sleep(WARNING_SECONDS - SOON_SECONDS)
    warned = await inbox.hear("ParticipantIdle")
    expect_that("it says when", warned["removalAt"], warned)
    wang.say(f"popup: {warned['notice']['title']} {warned['notice']['body']}")
    await asyncio.sleep(REMOVAL_SECONDS - WARNING_SECONDS - SOON_SECONDS)
    left = await inbox.hear("ParticipantLeft")
    expect("why wang is out", left["reason"], "IDLE_TIMEOUT")
    wang.say(f"popup: {left['notice']['title']}. {left['notice']['body']}")


async def _look_back(lin: Person, here: str) -> None:
    kept: Data = await lin.ask(OPERATION["CollaborationHistory"], conversationId=here)
    parts = {each["agent"]["name"]: each for each in kept["participants"]["nodes"]}
    expect("what is kept", parts["王志远"]["leaveReason"], "IDLE_TIMEOUT")
    expect_that("the collaboration has ended", kept["collaborations"][0]["endedAt"], kept)
    lin.say("still leads; the history keeps that 王志远 was there, and why no longer")
