"""A chapter: an expert from outside is let in by a token, reads masked, and is out when their part ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from scripts.story.documents import EVERYBODY, OPERATION
from scripts.story.people import Data, Feed, Person, person
from scripts.story.telling import act, expect, expect_that

BEFORE = "请稍等，我们先核对账号。"
CALL = "请致电 13800138000，或写信给 liu@shop.example 联系刘女士。"
MASKED = "请致电 •••，或写信给 ••• 联系•••。"


async def play_hosting(address: str, tokens: Mapping[str, str]) -> None:
    act("林晓 brings in 莫言川, who is no colleague, by a token for one conversation")
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        lin = await enter(person("林晓/lin", address, tokens["lin"]))
        customer = {"new": {"externalId": "hosting", "displayName": "刘女士"}}
        subject = "账号疑似被盗"
        opened = await lin.do(OPERATION["OpenConversation"], customer=customer, subject=subject)
        here = str(opened["conversation"]["id"])
        await lin.do(OPERATION["SendReply"], conversationId=here, text=BEFORE)
        invitation, token = await _let_in(lin, here)
        guest = await enter(person("莫言川/mo", address, token))
        part = await _come_in(guest, invitation, here)
        await _hear_the_same_differently(lin, guest, here)
        await _leave(lin, guest, part, here)


async def _let_in(lin: Person, here: str) -> tuple[str, str]:
    found = await lin.ask(
        OPERATION["FindColleagues"], conversationId=here, where={"text": "莫言川"}
    )
    (expert,) = found["nodes"]
    ends = datetime.now(UTC) + timedelta(minutes=30)
    guest = {"role": "GUEST_EXPERT", "endsAt": ends.isoformat()}
    invitee = {"target": {"agentId": expert["id"]}, **guest}
    sent = await lin.do(OPERATION["InviteAgents"], conversationId=here, invitees=[invitee])
    invitation = sent["results"][0]["invitation"]
    expect("the kind", invitation["kind"], "EXTERNAL_EXPERT")
    issued = await lin.do(OPERATION["IssueGuestToken"], invitationId=invitation["id"])
    lin.say(f"hands {expert['name']} a token, good until {issued['expiresAt']} at most")
    return invitation["id"], issued["token"]


async def _come_in(guest: Person, invitation: str, here: str) -> str:
    accepted = await guest.do(OPERATION["AcceptInvitation"], invitationId=invitation)
    seen = await guest.ask(OPERATION["Conversation"], id=here)
    expect("what was said before", seen["messages"]["nodes"], [])
    listed = await guest.ask(OPERATION["Conversations"])
    expect("which conversations there are", [each["id"] for each in listed["nodes"]], [here])
    expect("the guest asking for colleagues", await guest.forbidden(EVERYBODY), "FORBIDDEN")
    customer = seen["customer"]["displayName"]
    expect_that("the customer's name is masked", "•" in customer, customer)
    guest.say(f"takes part; the customer is {customer}, and nothing of before is there")
    return str(accepted["participant"]["id"])


async def _hear_the_same_differently(lin: Person, guest: Person, here: str) -> None:
    feeds = [await _follow(each, here) for each in (lin, guest)]
    await lin.do(OPERATION["SendReply"], conversationId=here, text=CALL)
    for feed, words in zip(feeds, (CALL, MASKED), strict=True):
        told: Data = (await feed.hear("CustomerMessagePosted"))["message"]
        expect("what is heard", told["text"], words)
        feed.person.say(f"hears: {words}")


async def _follow(somebody: Person, here: str) -> Feed:
    feed = somebody.follow(OPERATION["ConversationEvents"], id=here)
    await feed.hear("ConversationSnapshot")
    return feed


async def _leave(lin: Person, guest: Person, part: str, here: str) -> None:
    events = await _follow(guest, here)
    await lin.do(OPERATION["RemoveParticipant"], participantId=part)
    expect("the guest's stream", await events.ended(), "FORBIDDEN")
    expect("the guest's token", await guest.forbidden(OPERATION["Viewer"]), "UNAUTHENTICATED")
    guest.say("is thanked and out: the stream has ended, and the token is good for nothing")
