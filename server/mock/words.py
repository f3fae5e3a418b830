"""What example data says, in Chinese and English: by a field's name, or by its type's and its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PEOPLE = [
    ("林晓梅", "Lin Xiaomei"), ("王建国", "Wang Jianguo"), ("Sarah Miller", "莎拉"), ("陈思远", "Chen Siyuan"),
    ("赵敏", "Zhao Min"), ("David Okafor", "大卫"), ("周雨桐", "Zhou Yutong"), ("孙志强", "Sun Zhiqiang"),
    ("Elena Rossi", "艾琳娜"), ("李文静", "Li Wenjing"), ("吴昊", "Wu Hao"), ("James Carter", "詹姆斯"),
    ("郑雅婷", "Zheng Yating"), ("冯磊", "Feng Lei"), ("Priya Nair", "普莉娅"), ("何佳怡", "He Jiayi"),
]  # fmt: skip
DEPARTMENTS = ["技术支持", "Billing", "售后服务", "Key accounts", "物流协调", "Legal"]
SKILLS = [
    "API integration", "退款处理", "Network diagnosis", "合同条款", "Spanish", "支付接口", "Data migration", "投诉处理",
]  # fmt: skip
CUSTOMERS = [
    "杭州云杉科技有限公司",
    "Northwind Traders",
    "刘女士",
    "Alpine Logistics GmbH",
    "深圳海湾电子",
    "Mr. Tanaka",
]
SUBJECTS = [
    "订单接口从 9:40 起返回 502", "Invoice shows the wrong tax rate", "发票抬头需要更正", "Cannot sign in after the update",
    "退款三天仍未到账", "Webhook deliveries arrive twice", "批量导入提示格式错误", "Contract renewal for 50 seats",
]  # fmt: skip
TEXTS = [
    "您好，订单接口一直返回 502，请帮忙看一下。", "Thanks for waiting — I am checking this with a colleague now.",
    "我们已经重启过网关，问题还在。", "Could you send me the order number, please?",
    "订单号是 A-20260115-0042。", "The certificate expired last night; renewing it should help.",
    "好的，现在可以正常下单了，谢谢！", "You are welcome. Is there anything else I can do for you?",
]  # fmt: skip
NOTES = [
    "先别承诺退款，等财务确认。", "The gateway log shows timeouts since 9:38.", "客户是 VIP，语气要稳。",
    "Same cause as last week: the pool was exhausted.", "我来查证书，你先安抚客户。", "Suggest a credit of one month.",
]  # fmt: skip
BACKGROUNDS = [
    "Orders fail with 502 since 9:40.", "客户要求今天内解决，需要懂支付接口的同事。", "The customer asks about clause 7 of the contract.",
]  # fmt: skip
TITLES = [
    "Integration engineer",
    "客服专员",
    "Billing specialist",
    "高级客服",
    "Team lead",
    "质检主管",
]

STRINGS: Mapping[str, Sequence[str]] = {
    "Agent.name": [name for name, _ in PEOPLE],
    "Agent.alias": [alias for _, alias in PEOPLE],
    "Department.name": DEPARTMENTS,
    "Department.slug": ["technology", "billing", "after-sales", "key-accounts", "logistics", "legal"],
    "Skill.name": SKILLS,
    "Skill.slug": [
        "api-integration", "refunds", "network", "contracts", "spanish", "payments", "migration", "complaints",
    ],
    "Organization.name": ["云帆服务", "Harbour Support"],
    "Customer.displayName": CUSTOMERS,
    "ServiceIdentity.displayName": ["云帆客服", "Harbour Support"],
    "InternalNote.text": NOTES,
    "name": [name for name, _ in PEOPLE],
    "displayName": CUSTOMERS,
    "customerName": ["杭***", "N***", "刘**", "A***"],
    "title": TITLES,
    "subject": SUBJECTS,
    "text": TEXTS,
    "message": ["That did not work this time. Try again.", "这一次没有成功，请再试。"],
    "background": BACKGROUNDS,
    "specialNotes": ["Please stay calm with them.", "客户只会说粤语。"],
    "declineComment": ["I am in another call.", "马上要下班了。"],
    "maskedEmail": ["l***@example.com", "s***@example.org"],
    "maskedPhone": ["138****5678", "+49 *** **21"],
    "path": ["input", "invitees", "text"],
}  # fmt: skip


def words(kind: str, field: str, number: int) -> str:
    """Return a string for a field; `number` chooses, so that things next to each other differ."""
    known = STRINGS.get(f"{kind}.{field}") or STRINGS.get(field)
    if known:
        return known[number % len(known)]
    lower = field.lower()
    if lower.endswith("email"):
        return f"person{number}@example.com"
    if lower.endswith(("url", "uri")):
        return f"https://example.com/{kind.lower()}/{number}.png"
    if lower.endswith("slug"):
        return f"{kind.lower()}-{number}"
    return f"{kind} {field} {number}"
