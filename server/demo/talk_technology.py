"""Conversations of the technology department; the first is the busiest of the demo."""

from __future__ import annotations

from domain.conversations import CollaborationOutcome, NoteKind
from domain.invitations import CollaborationType, DeclineReason
from domain.permissions import ParticipantRole, PermissionLevel
from server.demo.steps import (
    COMPLAINT,
    STANDARD,
    URGENT,
    VIP,
    Adjust,
    Answer,
    Close,
    EndCollaboration,
    Invite,
    Leave,
    Note,
    Reply,
    Says,
    Story,
    Transfer,
)

ORDER_SYNC = Story(
    "lin",
    "customer",
    "订单同步接口返回 502，门店无法收银",
    VIP | URGENT,
    "你好，从今天早上九点开始，订单同步接口一直返回 502，三家门店都没法收银了！",
    [
        Reply("陈先生您好，我是云帆客服，马上为您查看。请问是全部订单都失败，还是部分失败？"),
        Says("大概一半的订单失败，重试几次偶尔能成功。错误里写着 upstream timeout。"),
        Note(NoteKind.DISCUSSION, "网关日志里 orders 服务的超时从 09:02 开始明显上升。"),
        Invite(
            "sun",
            "VIP 客户订单同步大面积超时，需要熟悉网关的同事。",
            Answer.DECLINED,
            reason=DeclineReason.BUSY,
            comment="正在处理另一起故障，抱歉。",
        ),
        Invite(
            "chen",
            "VIP 客户三家门店无法收银，orders 服务疑似连接池耗尽，请帮忙看数据库侧。",
            special_notes="客户续约在即，回复请尽量给出明确时间。",
        ),
        Note(NoteKind.DISCUSSION, "连接池上限 50，已经全部占满，慢查询来自对账任务。", by="chen"),
        Invite(
            "priya",
            "请确认 09:00 的证书更换是否影响了客户的回调地址。",
        ),
        Note(NoteKind.HIGHLIGHT, "证书更换与本次故障无关，已核对指纹。", by="priya"),
        Invite(
            "oliver",
            "Is anything wrong on the route between the customer's region and the gateway?",
            Answer.EXPIRED,
        ),
        Invite("luo", "请帮忙整理受影响的订单号。", Answer.REVOKED, role=ParticipantRole.SCRIBE),
        Invite(
            "emma",
            "Please listen in: this is how a priority incident is handled.",
            role=ParticipantRole.OBSERVER,
            type=CollaborationType.COACHING,
        ),
        Reply("我们已定位到数据库连接被对账任务占满，正在释放，预计十五分钟内恢复。"),
        Says("好的，麻烦快一点，中午是高峰期。我的电话 138 0000 1001，有进展请直接打给我。"),
        Adjust("chen", PermissionLevel.MANAGE, hours=72),
        Note(NoteKind.GUIDANCE, "先告诉客户恢复时间，再解释原因，不要承诺赔偿。", by="chen"),
        Note(NoteKind.REMINDER, "12:00 前给客户回电，确认三家门店都恢复。"),
        Note(
            NoteKind.KNOWLEDGE, "对账任务应在 02:00-05:00 运行，见手册《夜间任务》一章。", by="chen"
        ),
        Reply("对账任务已经停下，接口成功率回到 96%，请您再试一次。", by="chen"),
        Says("一号店和二号店好了，三号店还是偶尔失败。"),
        Note(NoteKind.REMARK, "三号店用的是旧版 SDK，可能没有重试。需要熟悉 API 的专家。"),
        Reply("三号店的情况我们正在单独排查，稍后给您答复。"),
        Says("好，我等你们消息。"),
    ],
)

TECHNOLOGY = [
    ORDER_SYNC,
    Story(
        "lin",
        "customer-school",
        "家长端 App 收不到通知",
        STANDARD,
        "老师们反映，家长端 App 从上周更新以后就收不到通知了。",
        [
            Reply("张老师您好，请问家长们用的是安卓还是苹果手机？"),
            Says("主要是安卓，苹果的好像没问题。"),
            Invite("xu", "请确认推送证书在 3.8.1 版里没有换错。"),
            Note(NoteKind.REMARK, "3.8.1 版安卓端改了推送通道，需要在系统设置里重新授权。"),
            Reply("请家长在系统设置里打开“云帆”的通知权限，再重新登录一次。"),
        ],
    ),
    Story(
        "priya",
        "customer-clinic",
        "Unknown sign-ins to our admin account",
        VIP | URGENT,
        "We see three sign-ins from a country none of us has been to. Please lock the account!",
        [
            Reply("Dr. Khan, we have suspended all sessions. Nobody can sign in at the moment."),
            Invite(
                "xu", "Possible account takeover at a clinic, sessions suspended. Need forensics."
            ),
            Note(
                NoteKind.DISCUSSION, "All three used a leaked password; no second factor.", by="xu"
            ),
            Note(
                NoteKind.GUIDANCE, "Ask for a call-back before enabling the account again.", by="xu"
            ),
            Says("Thank you. Was any patient data read?"),
        ],
    ),
    Story(
        "daniel",
        "customer-logistics",
        "Nightly export takes six hours",
        VIP,
        "The nightly export used to take forty minutes. Now our planners come in before it is done.",
        [
            Reply("Mr. Stone, I am looking at the plan of the export's largest query."),
            Invite(
                "xu", "Could row-level security be slowing the export? Please check the policies."
            ),
            Note(
                NoteKind.HIGHLIGHT, "The new policy is evaluated once per row: 40 M times.", by="xu"
            ),
            Says("Any news? This is the third day."),
            Reply("We have found the cause and will ship a fix tonight."),
        ],
    ),
    Story(
        "emma",
        "customer-studio",
        "Connecting our shop to the API",
        STANDARD,
        "Hi! I would like to connect my shop to your API. Where do I start?",
        [
            Reply("Welcome, Ella! I will send you a test key and a short guide."),
            Invite("xu", "New customer stores tokens in the browser; advise on a safer way."),
            Invite("luo", "请记录接入步骤，之后整理成文档。", role=ParticipantRole.SCRIBE),
            Note(
                NoteKind.KNOWLEDGE,
                "Guide: keep the secret on the server, hand out short tokens.",
                by="xu",
            ),
            Invite("oliver", "Her firewall drops our webhooks. Can you have a look?", Answer.OPEN),
            Says("The key works. The webhooks do not arrive, though."),
        ],
    ),
    Story(
        "chen",
        "customer-gym",
        "Members were charged twice after the outage",
        COMPLAINT,
        "Forty members were charged twice after your outage yesterday. I want a written explanation.",
        [
            Reply("I am sorry, Mr. Martins. I am collecting the affected transactions right now."),
            Invite("xu", "请核对重复扣款是否与幂等键丢失有关。"),
            Note(NoteKind.DISCUSSION, "重试时没有带幂等键，一共 41 笔。", by="xu"),
            Invite("wang", "需要你确认支付接口的重试逻辑。"),
            Note(NoteKind.GUIDANCE, "给客户看修复后的重试流程图，比口头解释有效。", by="wang"),
            Says("When do my members get their money back?"),
        ],
    ),
    Story(
        "wang",
        "customer-hotel",
        "门锁系统对接失败",
        VIP,
        "门锁系统一直提示签名错误，今天晚上要入住一个旅行团。",
        [
            Reply("周经理您好，请把一次失败请求的时间发给我。"),
            Says("刚刚 15:20 那一次。"),
            Invite("lin", "酒店门锁对接签名错误，需要熟悉移动端签名的同事。"),
            Note(NoteKind.DISCUSSION, "签名串里时间戳用了本地时区，应为 UTC。", by="lin"),
            Reply("请把时间戳改成 UTC 秒数，我们在测试环境已验证通过。"),
            Says("可以了，太感谢了！"),
            Close(CollaborationOutcome.RESOLVED),
        ],
    ),
    Story(
        "luo",
        "customer-tea",
        "扫码点单页面打不开",
        STANDARD,
        "扫码点单的页面打开是白屏。",
        [
            Invite("wang", "点单页白屏，怀疑是接口跨域设置。", Answer.OPEN),
            Reply("苏女士您好，请清除浏览器缓存后再试。"),
            Says("好了，谢谢！"),
            Close(),
        ],
    ),
    Story(
        "oliver",
        "customer-garage",
        "VPN drops every few minutes",
        STANDARD,
        "The VPN to the workshop drops every few minutes since the weekend.",
        [
            Reply("Let me look at the tunnel's log, Mr. Turner."),
            Invite("daniel", "Tunnel drops when the parts database synchronises. Your area?"),
            Note(
                NoteKind.DISCUSSION,
                "The sync saturates the line; it should be throttled.",
                by="daniel",
            ),
            Transfer("daniel"),
            Reply(
                "I take over from here: the synchronisation will be slowed down tonight.",
                by="daniel",
            ),
        ],
    ),
    Story(
        "sun",
        "customer-bakery",
        "小票打印乱码",
        STANDARD,
        "更新之后小票打印出来全是乱码。",
        [
            Invite("emma", "打印机固件问题，请看一下型号列表。"),
            Leave("emma"),
            Reply("李女士您好，请在打印设置里把编码改为 GB18030。"),
            Says("改好了，正常了。"),
            Invite("daniel", "请确认编码设置是否会被下次同步覆盖。"),
            EndCollaboration(CollaborationOutcome.PARTLY_RESOLVED),
        ],
    ),
]
