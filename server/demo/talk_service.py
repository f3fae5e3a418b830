"""Conversations of customer service."""

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
    EndCollaboration,
    Invite,
    Leave,
    Note,
    Remove,
    Reply,
    Says,
    Story,
)

SERVICE = [
    Story(
        "mei",
        "customer-hotel",
        "收到的设备有划痕，要求换货",
        VIP | COMPLAINT,
        "昨天到的十台平板有三台屏幕有划痕，这质量也太差了吧！",
        [
            Reply("周经理，非常抱歉给您添麻烦了，请把划痕的照片发给我。"),
            Invite(
                "bo",
                "VIP 客户换货投诉，情绪激动，请从旁指导。",
                role=ParticipantRole.COACH,
                type=CollaborationType.COACHING,
            ),
            Note(NoteKind.GUIDANCE, "先认可客户的感受，再给两个方案让客户选。", by="bo"),
            Invite("jing", "请查一下仓库还有没有同批次以外的平板。"),
            Note(NoteKind.DISCUSSION, "华东仓有现货 12 台，不同批次。", by="jing"),
            Leave("jing"),
            Invite("grace", "Please check what the warranty says about scratches."),
            Remove("grace"),
            Invite("fan", "旁听学习投诉处理。", Answer.EXPIRED, role=ParticipantRole.OBSERVER),
            Reply("我们可以明天上门换三台新的，或者为这三台退款，您看哪个方便？"),
            Says("换新的吧，明天下午三点以后。"),
            Note(NoteKind.REMINDER, "明天 15:00 后上门换货，提前一小时电话确认。"),
        ],
    ),
    Story(
        "mei",
        "customer-books",
        "怎么查物流",
        STANDARD,
        "你好，我第一次在你们这里下单，怎么查物流？",
        [Reply("您好！在“我的订单”里点“查看物流”就可以啦。")],
    ),
    Story(
        "grace",
        "customer-clinic",
        "Delivery to the wrong branch",
        VIP,
        "The label printers went to our old branch. Can they be redirected today?",
        [
            Reply("I am on the phone with the carrier, Dr. Khan."),
            Invite("bo", "VIP delivery to the wrong branch. Do we have a courier in the city?"),
            Note(NoteKind.REMARK, "同城急送可以两小时内送达，费用我们承担。", by="bo"),
            Invite("mei", "Could you call the old branch? They speak Chinese.", Answer.OPEN),
        ],
    ),
    Story(
        "jing",
        "customer-tea",
        "包裹三天没有更新",
        STANDARD,
        "包裹三天没有更新了，是丢了吗？",
        [
            Invite("yuan", "包裹停在中转站三天，请联系承运商。"),
            Note(NoteKind.DISCUSSION, "承运商确认包裹破损，已申请补发。", by="yuan"),
            Invite("mei", "请帮忙准备补发单。", Answer.DECLINED, reason=DeclineReason.OFF_SHIFT),
            Reply("包裹在途中破损，我们已为您补发，预计后天送达。"),
            Says("好的，谢谢。"),
            EndCollaboration(CollaborationOutcome.RESOLVED),
            Close(),
        ],
    ),
    Story(
        "tom",
        "customer-gym",
        "Refund for cancelled membership terminals",
        COMPLAINT,
        "I cancelled two terminals in May and still pay for them. I will leave if this goes on.",
        [
            Reply("That should not have happened, Mr. Martins. Let me check the contract."),
            Invite("grace", "Angry customer, likely to leave. Please help me keep him."),
            Note(
                NoteKind.HIGHLIGHT, "He asked to cancel three times; nobody answered.", by="grace"
            ),
            Invite("jing", "Was his cancellation by letter ever received?", Answer.OPEN),
            Says("I have heard enough. I will write to your management."),
            Close(CollaborationOutcome.UNRESOLVED),
        ],
    ),
    Story(
        "yuan",
        "customer-florist",
        "冷藏车没来，鲜花要坏了",
        URGENT | COMPLAINT,
        "约好六点的冷藏车到现在都没来，两百束花要坏了！",
        [
            Reply("黄女士，我正在联系司机，五分钟内给您答复。"),
            Invite("bo", "冷藏车迟到，客户婚礼用花，请协调备用车。"),
            Invite(
                "liang",
                "可能需要赔偿，请主管把关。",
                role=ParticipantRole.SUPERVISOR,
                type=CollaborationType.QUALITY_SUPERVISION,
            ),
            Note(NoteKind.GUIDANCE, "可以先承诺免运费，赔偿金额等我确认。", by="liang"),
            Note(NoteKind.DISCUSSION, "备用车 40 分钟后到。", by="bo"),
            Reply("备用冷藏车四十分钟后到，本次运费全免。"),
            Says("快点！"),
        ],
    ),
]
