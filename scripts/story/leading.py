"""A chapter: the lead moves because the customer waits in vain, then is delegated and comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from scripts.story.documents import OPERATION
from scripts.story.people import Data, Feed, Person, person
from scripts.story.telling import act, expect

AWAY_SECONDS = 2.0
PATIENCE_SECONDS = 10
HALF_OF_IT = PATIENCE_SECONDS / 2
CUSTOMER_ASKS = "请问发货单什么时候能改好？"
WANG_ANSWERS = "已经改好，请您查收。"


async def play_leading(address: str, tokens: Mapping[str, str]) -> None:
    act("林晓 does not answer a customer; 王志远 does, and lets 林晓 lead for two seconds")
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        lin = await enter(person("林晓/lin", address, tokens["lin"]))
        wang = await enter(person("王志远/wang", address, tokens["wang"]))
        admin = await enter(person("admin", address, tokens["admin"]))
        await _hurry(admin)
        here = await _together(lin, wang)
        events = wang.follow(OPERATION["ConversationEvents"], id=here)
        await events.hear("ConversationSnapshot")
        await _wait_in_vain(wang, events, here)
        await _delegate_and_return(wang, events, here)


async def _hurry(admin: Person) -> None:
    """Let customers of the organization wait for seconds only, so that the chapter is short."""
    version = (await admin.ask(OPERATION["Policy"]))["version"]
    await admin.do(
        OPERATION["UpdateCollaborationPolicy"],
        expectedVersion=version,
        primaryUnresponsiveSeconds=PATIENCE_SECONDS,
    )
    admin.say(f"move the lead when a customer waits for {PATIENCE_SECONDS} s")


async def _together(lin: Person, wang: Person) -> str:
    """Open a conversation in which the customer has asked something, with both in it; return its id."""
    customer = {"new": {"externalId": "waiting", "displayName": "孙先生"}}
    opened = await lin.do(
        OPERATION["OpenConversation"],
        customer=customer,
        subject="发货单需要更正",
        firstMessage=CUSTOMER_ASKS,
    )
    here = str(opened["conversation"]["id"])
    viewer = (await wang.ask(OPERATION["Viewer"]))["agent"]
    invitee = {"target": {"agentId": viewer["id"]}, "level": "EDIT"}
    sent = await lin.do(OPERATION["InviteAgents"], conversationId=here, invitees=[invitee])
    invitation = sent["results"][0]["invitation"]["id"]
    await wang.do(OPERATION["AcceptInvitation"], invitationId=invitation)
    return here


async def _wait_in_vain(wang: Person, events: Feed, here: str) -> None:
    await asyncio.sleep(HALF_OF_IT)
    moved = await _moves(events, "UNRESPONSIVE", "王志远")
    expect("who moved it", moved["actor"]["kind"], "SYSTEM")
    await wang.do(OPERATION["SendReply"], conversationId=here, text=WANG_ANSWERS)
    wang.say(f"answers the customer: {WANG_ANSWERS}")


async def _delegate_and_return(wang: Person, events: Feed, here: str) -> None:
    seen = await wang.ask(OPERATION["Conversation"], id=here)
    parts = {each["agent"]["name"]: each["id"] for each in seen["participants"]["nodes"]}
    until = datetime.now(UTC) + timedelta(seconds=AWAY_SECONDS)
    begun = await wang.do(
        OPERATION["AppointDelegate"], participantId=parts["林晓"], until=until.isoformat()
    )
    expect("wang's level meanwhile", begun["conversation"]["viewerLevel"], "GUIDE")
    await _moves(events, "DELEGATION", "林晓")
    ended = await events.hear("DelegationEnded")
    expect("how it ended", ended["ending"], "TIME_OVER")
    await _moves(events, "RETURN", "王志远")
    wang.say("leads again, by itself")
    closed = await wang.do(OPERATION["CloseConversation"], conversationId=here, outcome="RESOLVED")
    expect("the conversation", closed["conversation"]["status"], "CLOSED")


async def _moves(events: Feed, cause: str, name: str) -> Data:
    moved = await events.hear("PrimaryTransferred")
    led = (moved["cause"], moved["primary"]["agent"]["name"])
    expect("why the lead moved, and to whom", led, (cause, name))
    events.person.say(f"{name} leads now: {cause}")
    return moved
