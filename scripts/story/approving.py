"""A chapter: another department's supervisor lets somebody help, and an emergency is called and reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from scripts.story.documents import OPERATION
from scripts.story.people import Data, Person, person
from scripts.story.telling import act, expect

BACKGROUND = "客户要求退还重复扣款，请核对账单。"
EMERGENCY = "全部门店无法收银。"
FOUND = "门店确已停业，情况属实。"


@dataclass
class Scene:
    """Lin serves; Zheng and Shen are of Finance, where Qian decides; Zhao oversees Lin."""

    lin: Person
    zheng: Person
    shen: Person
    qian: Person
    zhao: Person
    conversation: str = field(default="", init=False)

    async def invites(self, somebody: Person, **request: object) -> Data:
        """Look first, then send; what was told before is what happens."""
        viewer = (await somebody.ask(OPERATION["Viewer"]))["agent"]
        invitees = [{"target": {"agentId": viewer["id"]}}]
        asked = {"conversationId": self.conversation, "invitees": invitees, **request}
        preview = await self.lin.ask(OPERATION["PreviewInvitation"], input=asked)
        (before,) = preview["invitees"]
        expect("reasons against it", before["reasons"], [])
        (result,) = (await self.lin.do(OPERATION["InviteAgents"], **asked))["results"]
        sent: Data = result["invitation"]
        expect("what the preview told", before["kind"], sent["kind"])
        told = (
            "a supervisor there has to approve it" if before["approvalNeeded"] else "sent at once"
        )
        self.lin.say(f"invites {viewer['name']}: {sent['kind']}, {told}")
        return sent


async def play_approving(address: str, tokens: Mapping[str, str]) -> None:
    async with AsyncExitStack() as stack:
        names = ("林晓/lin", "郑爽/zheng", "沈浩/shen", "钱文/qian", "赵敏华/zhao")
        people = [
            await stack.enter_async_context(person(name, address, tokens[name.partition("/")[2]]))
            for name in names
        ]
        scene = Scene(*people)
        customer = {"new": {"externalId": "approving", "displayName": "吴先生"}}
        opened = await scene.lin.do(
            OPERATION["OpenConversation"],
            customer=customer,
            subject="门店无法收银，且有重复扣款",
            classes=["URGENT"],
        )
        scene.conversation = opened["conversation"]["id"]
        await _approve(scene)
        await _call(scene)


async def _approve(scene: Scene) -> None:
    act("林晓 needs somebody of Finance; 钱文, who decides there, approves")
    waiting = scene.qian.follow(OPERATION["PendingApprovalUpdates"])
    await waiting.hear("ApprovalsSnapshot")
    inbox = scene.zheng.follow(OPERATION["Inbox"])
    await inbox.hear("InboxSnapshot")
    sent = await scene.invites(scene.zheng, background=BACKGROUND)
    expect("the invitation", sent["status"], "AWAITING_APPROVAL")
    asked = (await waiting.hear("ApprovalRequested"))["invitation"]
    scene.qian.say(f"{asked['inviter']['name']} asks for {asked['invitee']['name']}: {BACKGROUND}")
    mine = await scene.zheng.ask(OPERATION["MyInvitations"])
    known = [each["id"] for each in mine["nodes"] if each["id"] == sent["id"]]
    expect("what zheng knows of it", known, [])
    await scene.qian.do(OPERATION["ApproveInvitation"], invitationId=asked["id"])
    heard = (await inbox.hear("InvitationCreated"))["invitation"]
    expect("what zheng hears of", heard["id"], sent["id"])
    joined = await scene.zheng.do(OPERATION["AcceptInvitation"], invitationId=sent["id"])
    scene.zheng.say(f"hears of it now, and takes part as {joined['participant']['role']}")


async def _call(scene: Scene) -> None:
    act("All shops stop: 林晓 calls 沈浩 past approval, and 赵敏华 reviews it")
    inbox = scene.zhao.follow(OPERATION["Inbox"])
    await inbox.hear("InboxSnapshot")
    sent = await scene.invites(scene.shen, emergency=True, emergencyReason=EMERGENCY)
    expect("the invitation", (sent["status"], sent["priority"]), ("PENDING", "HIGH"))
    await scene.shen.do(OPERATION["AcceptInvitation"], invitationId=sent["id"])
    scene.shen.say("is asked at once, and takes part")
    opened = await inbox.hear("EmergencyReviewOpened")
    scene.zhao.say(f"popup: {opened['notice']['title']}. {opened['notice']['body']}")
    review = opened["review"]
    expect("why it was called", review["reason"], EMERGENCY)
    own = {"reviewId": review["id"], "verdict": "JUSTIFIED", "comment": FOUND}
    settle = OPERATION["SettleEmergencyReview"]
    expect("lin's own review", await scene.lin.refused(settle, **own), ["NOT_PERMITTED"])
    settled = (await scene.zhao.do(settle, **own))["review"]
    scene.zhao.say(f"{settled['verdict']}: {settled['comment']}")
    left = await scene.zhao.ask(OPERATION["EmergencyReviews"])
    expect("what still waits", [each["id"] for each in left["nodes"]].count(review["id"]), 0)
