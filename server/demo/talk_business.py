"""Conversations of the product, commercial, finance and legal departments."""

from __future__ import annotations

from domain.conversations import CollaborationOutcome, NoteKind
from domain.invitations import CollaborationType, DeclineReason
from domain.permissions import ParticipantRole
from server.demo.steps import (
    COMPLAINT,
    STANDARD,
    URGENT,
    VIP,
    Answer,
    Close,
    Invite,
    Note,
    Reply,
    Says,
    Story,
)

PRODUCT = [
    Story(
        "feng",
        "customer",
        "连锁门店的新版库存报表",
        VIP,
        "新版库存报表能按门店汇总吗？我们打算明年再开五家店。",
        [
            Reply("可以的，陈先生，我为您准备一份演示。"),
            Invite(
                "deng",
                "VIP 客户有扩店计划，请协助准备演示数据。",
                role=ParticipantRole.ASSISTANT,
                type=CollaborationType.SHORT_ASSISTANCE,
                hours=48,
            ),
            Note(NoteKind.HIGHLIGHT, "明年再开五家店，是升级套餐的好时机。"),
            Note(NoteKind.DISCUSSION, "演示数据已按三家门店准备好。", by="deng"),
        ],
    ),
    Story(
        "lucas",
        "customer-garage",
        "Booking page in two languages",
        STANDARD,
        "Can the booking page be shown in English and Polish?",
        [
            Invite("sofia", "Which languages does the booking page have today?"),
            Note(
                NoteKind.KNOWLEDGE,
                "English, Chinese and German; Polish comes in spring.",
                by="sofia",
            ),
            Reply("English is there today; Polish will follow in spring."),
            Says("English will do for now."),
            Close(CollaborationOutcome.PARTLY_RESOLVED),
        ],
    ),
]

COMMERCIAL = [
    Story(
        "wu",
        "customer-clinic",
        "Quote for twelve more seats",
        VIP,
        "We are opening a second clinic and need twelve more seats. What can you offer?",
        [
            Reply("Congratulations, Dr. Khan! I will send a quote today."),
            Invite("james", "Twelve seats, second site. Is the healthcare discount still open?"),
            Note(NoteKind.DISCUSSION, "15 % until the end of the quarter.", by="james"),
            Invite("guo", "请准备多站点的报价单模板。", Answer.REVOKED),
            Says("Good. Please include the setup fee."),
        ],
    ),
    Story(
        "james",
        "customer-studio",
        "Moving to the yearly plan",
        STANDARD,
        "Is the yearly plan cheaper?",
        [
            Reply("Yes: two months are free. Shall I change it for you?"),
            Says("Please do."),
            Close(),
        ],
    ),
    Story(
        "ma",
        "customer-logistics",
        "We are comparing you with another provider",
        VIP | COMPLAINT,
        "After this week's export trouble we are looking at another provider.",
        [
            Reply("Mr. Stone, I understand. May I call you this afternoon?"),
            Invite("wu", "大客户流失风险，请一起准备挽留方案。"),
            Invite(
                "zhou",
                "年合同额前五的客户，需要主管参与。",
                role=ParticipantRole.SUPERVISOR,
                type=CollaborationType.QUALITY_SUPERVISION,
            ),
            Note(NoteKind.GUIDANCE, "可以给三个月服务费减免，先听客户说完。", by="zhou"),
            Note(NoteKind.REMINDER, "下午四点回电。"),
        ],
    ),
]

FINANCE = [
    Story(
        "zheng",
        "customer-school",
        "发票抬头写错了",
        STANDARD,
        "发票抬头少了“实验”两个字，能重开吗？",
        [
            Reply("可以的，张老师，请把正确的抬头发给我。"),
            Invite(
                "shen",
                "跨月红冲，请确认流程。",
                Answer.DECLINED,
                reason=DeclineReason.NOT_MY_SKILL,
                comment="发票请找谢婉。",
            ),
            Invite("xie", "跨月发票需要红冲重开，请协助。"),
            Note(NoteKind.KNOWLEDGE, "跨月红冲需要客户盖章的说明，模板在共享盘。", by="xie"),
            Says("抬头：青山实验小学。"),
        ],
    ),
    Story(
        "amelia",
        "customer-gym",
        "Charged in the wrong currency",
        STANDARD,
        "My card was charged in dollars instead of pounds.",
        [
            Invite("henry", "Currency of the card was set by region. Can it be changed back?"),
            Reply("We have refunded the charge and will bill in pounds from now on."),
            Says("Got it, thanks."),
            Close(CollaborationOutcome.RESOLVED),
        ],
    ),
]

LEGAL = [
    Story(
        "victor",
        "customer-clinic",
        "Patient data and the unknown sign-ins",
        URGENT | COMPLAINT,
        "Our regulator expects a report within 72 hours. What was accessed?",
        [
            Reply("We are preparing a written statement, Dr. Khan."),
            Invite("clara", "Possible breach at a clinic; the 72 hours run since this morning."),
            Note(NoteKind.REMINDER, "The report is due on Thursday at 09:00.", by="clara"),
            Invite("pan", "请核对数据处理协议里的通知义务。", Answer.EXPIRED),
        ],
    ),
    Story(
        "clara",
        "customer-books",
        "Deletion of my old account",
        STANDARD,
        "请删除我两年前注册的旧账号和其中的资料。",
        [
            Reply("我们已收到您的请求，会在十五天内处理完毕。"),
            Invite("ye", "旧账号删除请求，请登记。", Answer.OPEN),
            Says("好的。"),
            Close(),
        ],
    ),
]

POLARIS = [
    Story(
        "other",
        "other-customer",
        "沙发颜色和页面不一样",
        COMPLAINT,
        "收到的沙发是灰色，页面上明明是米色。",
        [
            Reply("罗先生您好，非常抱歉，请发一张自然光下的照片。"),
            Invite("other-colleague", "色差投诉，请看看这一批的质检记录。"),
            Note(NoteKind.DISCUSSION, "质检记录显示这一批布料换了供应商。", by="other-colleague"),
            Says("照片发了，差别很明显。"),
        ],
    ),
    Story(
        "other-engineer",
        "other-tenant",
        "Wardrobe assembly next week",
        STANDARD,
        "Can somebody assemble the wardrobe on Tuesday?",
        [
            Invite("other-fitter", "周二下午有空吗？"),
            Reply("Tuesday at two works for us."),
            Says("Great!"),
            Close(CollaborationOutcome.RESOLVED),
        ],
    ),
]
