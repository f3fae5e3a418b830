"""The story: lin brings wang into a conversation, hands it over, and the customer never notices."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scripts.story.documents import EVERYBODY, OPERATION
from scripts.story.people import Data, Feed, Person, person
from scripts.story.relay import Relay, relaying
from scripts.story.secrecy import check_bytes
from scripts.story.telling import act, expect, expect_that

SKILL = "api-integration"
BACKGROUND = "订单同步返回 502，请帮忙看看网关和证书。"
QUESTION_TO_WANG = "先看 orders 服务的连接池，别直接告诉客户原因。"
ANSWER_TO_LIN = "连接池没问题，是网关的重试风暴，我来处理。"
CUSTOMER_ASKS = "请问什么时候能恢复？门店在等。"
SERVICE_ANSWERS = "已经定位，预计十分钟内恢复，恢复后马上通知您。"
LIFTED_SECONDS = 2.0


@dataclass
class Scene:
    """Who is there, and what they have found and follow."""

    lin: Person
    wang: Person
    customer: Person
    relay: Relay
    transcript: Feed
    conversation: str = ""
    wang_id: str = ""
    part: str = ""

    async def events(self, somebody: Person) -> Feed:
        feed = somebody.follow(OPERATION["ConversationEvents"], id=self.conversation)
        await feed.hear("ConversationSnapshot")
        return feed

    async def notes(self, somebody: Person) -> Feed:
        feed = somebody.follow(OPERATION["InternalNotes"], id=self.conversation)
        await feed.hear("NotesSnapshot")
        return feed


async def play(address: str, tokens: Mapping[str, str]) -> None:
    async with AsyncExitStack() as stack:
        relay = await stack.enter_async_context(relaying(address))
        enter = stack.enter_async_context
        lin = await enter(person("林晓/lin", address, tokens["lin"]))
        wang = await enter(person("王志远/wang", address, tokens["wang"]))
        customer = await enter(person("customer", relay.address, tokens["customer"]))
        scene = Scene(lin, wang, customer, relay, customer.follow(OPERATION["CustomerMessages"]))
        await scene.transcript.hear("CustomerConversationSnapshot")
        await find_each_other(scene)
        await invite(scene)
        heard = await scene.events(lin), await scene.events(wang)
        await confer(scene)
        await answer_for_a_while(scene, *heard)
        await hand_over(scene, *heard)
        await look_back(scene)


async def find_each_other(scene: Scene) -> None:
    act("林晓 looks for a colleague who knows the API")
    seen = (await scene.customer.ask(OPERATION["CustomerConversation"], last=100))["messages"][
        "nodes"
    ]
    mine = (await scene.lin.ask(OPERATION["MyConversations"], first=100))["nodes"]
    (here,) = [each for each in mine if _last(each) == seen[-1]["text"]]
    scene.conversation = here["id"]
    seats = here["seats"]
    scene.lin.say(f"leads “{here['subject']}”, {seats['taken']} of {seats['limit']} seats taken")
    expect("lin's level", here["viewerLevel"], "FULL")
    skills = (await scene.lin.ask_all(OPERATION["Choices"]))["skills"]["nodes"]
    (skill,) = [each["id"] for each in skills if each["slug"] == SKILL]
    found = await scene.lin.ask(
        OPERATION["FindColleagues"],
        conversationId=scene.conversation,
        where={"skillIds": [skill]},
        first=100,
    )
    for agent in found["nodes"]:
        scene.lin.say(f"  {agent['name']} ({agent['presence']}): {_eligibility(agent)}")
    viewer = (await scene.wang.ask(OPERATION["Viewer"]))["agent"]
    free = {each["id"] for each in found["nodes"] if each["eligibility"]["canInvite"]}
    expect_that("wang can be invited", viewer["id"] in free, free)
    expect_that("somebody cannot, with a reason", len(free) < len(found["nodes"]), free)
    scene.wang_id = viewer["id"]


def _last(conversation: Data) -> str | None:
    said = conversation["messages"]["nodes"]
    return str(said[-1]["text"]) if said else None


def _eligibility(agent: Data) -> str:
    reasons = [reason["code"] for reason in agent["eligibility"]["reasons"]]
    expect("can be invited", agent["eligibility"]["canInvite"], not reasons)
    return "can be invited" if not reasons else ", ".join(reasons)


async def invite(scene: Scene) -> None:
    act("林晓 invites 王志远, who hears of it at once")
    lin, wang = scene.lin, scene.wang
    inbox = wang.follow(OPERATION["Inbox"])
    await inbox.hear("InboxSnapshot")
    invitee = {"target": {"agentId": scene.wang_id}}
    sent = await lin.do(
        OPERATION["InviteAgents"],
        conversationId=scene.conversation,
        invitees=[invitee],
        background=BACKGROUND,
    )
    expect("the invitation", sent["results"][0]["invitation"]["status"], "PENDING")
    invitation = (await inbox.hear("InvitationCreated"))["invitation"]
    _check_preview(wang, invitation)
    accepted = await wang.do(OPERATION["AcceptInvitation"], invitationId=invitation["id"])
    scene.part = accepted["participant"]["id"]
    expect("wang's level", accepted["participant"]["level"], "GUIDE")
    expect("the conversation", accepted["conversation"]["id"], scene.conversation)
    await inbox.hear("InvitationAccepted")
    wang.say(f"accepts and takes part as {accepted['participant']['role']} at GUIDE")


def _check_preview(wang: Person, invitation: Data) -> None:
    preview = invitation["conversationPreview"]
    expect("who invites", invitation["inviter"]["name"], "林晓")
    expect("the background", invitation["background"], BACKGROUND)
    expect("the conversation before accepting", invitation["conversation"], None)
    expect_that("the customer's name is masked", "•" in preview["customerName"], preview)
    expect_that("a look at the last messages", preview["recentMessages"], preview)
    wang.say(f"inbox: {invitation['inviter']['name']} asks: {invitation['background']}")
    wang.say(f"  preview: {preview['subject']} / {preview['customerName']}")
    for message in preview["recentMessages"]:
        wang.say(f"  {message['author']}: {message['text']}")


async def confer(scene: Scene) -> None:
    act("The two confer where no customer reads")
    lin, wang = scene.lin, scene.wang
    to_lin, to_wang = await scene.notes(lin), await scene.notes(wang)
    for author, feeds, words in (
        (lin, (to_wang, to_lin), QUESTION_TO_WANG),
        (wang, (to_lin, to_wang), ANSWER_TO_LIN),
    ):
        await author.do(OPERATION["PostNote"], conversationId=scene.conversation, text=words)
        for feed in feeds:
            note = (await feed.hear("NotePosted"))["note"]
            expect("the note", note["text"], words)
        feeds[0].person.say(f"note by {note['author']['name']}: {note['text']}")


async def answer_for_a_while(scene: Scene, lin_hears: Feed, wang_hears: Feed) -> None:
    act("The customer asks; 王志远 may answer for two seconds")
    lin, wang = scene.lin, scene.wang
    await scene.customer.do(OPERATION["SendCustomerMessage"], text=CUSTOMER_ASKS)
    await _customer_reads(scene, "CUSTOMER", CUSTOMER_ASKS)
    for feed in (lin_hears, wang_hears):
        message = (await feed.hear("CustomerMessagePosted"))["message"]
        expect("the customer's message", message["text"], CUSTOMER_ASKS)
        feed.person.say(f"{message['author']}: {message['text']}")
    await _reply_is_refused(scene)
    until = datetime.now(UTC) + timedelta(seconds=LIFTED_SECONDS)
    raised = await lin.do(
        OPERATION["AdjustPermission"],
        participantId=scene.part,
        level="EDIT",
        until=until.isoformat(),
    )
    expect("the level to return to", raised["participant"]["baseLevel"], "GUIDE")
    change = await wang_hears.hear("PermissionAdjusted")
    expect("the level", (change["before"], change["after"]), ("GUIDE", "EDIT"))
    wang.say(f"level {change['before']} -> {change['after']} for {LIFTED_SECONDS:g} seconds")
    await wang.do(OPERATION["SendReply"], conversationId=scene.conversation, text=SERVICE_ANSWERS)
    await _customer_reads(scene, "SERVICE", SERVICE_ANSWERS)
    for feed in (lin_hears, wang_hears):
        change = await feed.hear("PermissionReverted")
        expect("the level", (change["before"], change["after"]), ("EDIT", "GUIDE"))
        expect("who reverted it", change["actor"]["kind"], "SYSTEM")
    wang.say(f"level {change['before']} -> {change['after']}, by itself")
    await _reply_is_refused(scene)


async def _reply_is_refused(scene: Scene) -> None:
    codes = await scene.wang.refused(
        OPERATION["SendReply"], conversationId=scene.conversation, text="…"
    )
    expect("wang's reply", codes, ["NOT_PERMITTED"])
    scene.wang.say(f"cannot reply to the customer: {codes[0]}")


async def _customer_reads(scene: Scene, author: str, words: str) -> None:
    message = (await scene.transcript.hear("TranscriptMessageAdded"))["message"]
    expect("what the customer reads", (message["author"], message["text"]), (author, words))
    scene.customer.say(f"{author}: {words}")


async def hand_over(scene: Scene, lin_hears: Feed, wang_hears: Feed) -> None:
    act("林晓 hands over and leaves; 王志远 closes")
    lin, wang, here = scene.lin, scene.wang, scene.conversation
    await lin.do(OPERATION["TransferPrimary"], participantId=scene.part)
    for feed in (lin_hears, wang_hears):
        moved = await feed.hear("PrimaryTransferred")
        expect("who leads", moved["primary"]["agent"]["name"], "王志远")
        expect("who led", moved["former"]["agent"]["name"], "林晓")
    wang.say("leads the conversation now")
    left = await lin.do(OPERATION["LeaveConversation"], conversationId=here)
    expect("why lin left", left["participant"]["leaveReason"], "LEFT")
    await wang_hears.hear("ParticipantLeft")
    expect("lin's stream", await lin_hears.ended(), "FORBIDDEN")
    expect("what lin still sees", await lin.ask(OPERATION["Conversation"], id=here), None)
    lin.say("has left: the stream has ended, the conversation is out of sight")
    closed = await wang.do(OPERATION["CloseConversation"], conversationId=here, outcome="RESOLVED")
    expect("the conversation", closed["conversation"]["status"], "CLOSED")
    await wang_hears.hear("ConversationClosed")
    expect("wang's stream", await wang_hears.ended(), "complete")
    wang.say("has closed it: RESOLVED")


async def look_back(scene: Scene) -> None:
    act("What the customer has seen")
    customer = scene.customer
    ended = await scene.transcript.hear("CustomerConversationEnded")
    expect("the customer's conversation", ended["conversation"]["status"], "CLOSED")
    expect("the customer's stream", await scene.transcript.ended(), "complete")
    expect("the customer asking for agents", await customer.forbidden(EVERYBODY), "FORBIDDEN")
    told = await customer.ask(OPERATION["CustomerConversation"], last=100)
    said = told["messages"]["nodes"]
    for message in said:
        customer.say(f"{message['author']}: {message['text']}")
    expect("the sides", {message["author"] for message in said}, {"CUSTOMER", "SERVICE"})
    expect("the end", [m["text"] for m in said[-2:]], [CUSTOMER_ASKS, SERVICE_ANSWERS])
    face = told["serviceIdentity"]["displayName"]
    people = (await scene.wang.ask(EVERYBODY))["nodes"]
    notes = (await scene.wang.ask(OPERATION["EarlierNotes"], id=scene.conversation, last=100))[
        "notes"
    ]["nodes"]
    expect_that("both notes are kept", len(notes) >= 2, notes)
    searched = check_bytes(bytes(scene.relay.received), people, notes)
    customer.say(f"has talked with one identity: {face}")
    customer.say(searched)
