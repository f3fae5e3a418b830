"""The customers of the demo. The first one's token opens the busiest conversation."""

from __future__ import annotations

# key | name | e-mail | phone | tier | flags
SKYSAIL = """
customer | 陈思远 | siyuan.chen@bluewhale.example | +86 138 0000 1001 | VIP | churn_risk, opportunity
customer-bakery | 李月 | li.yue@moonbakery.example | +86 138 0000 1002 | STANDARD |
customer-clinic | Dr. Aisha Khan | aisha.khan@northclinic.example | +44 20 7946 0103 | VIP | opportunity
customer-school | 张老师 | zhang@greenhill-school.example | +86 138 0000 1004 | STANDARD |
customer-logistics | Marcus Stone | marcus.stone@fastfreight.example | +1 202 555 0105 | VIP | churn_risk
customer-florist | 黄小花 | huang@flowerlane.example | +86 138 0000 1006 | NEW |
customer-studio | Ella Novak | ella@novakstudio.example | +1 202 555 0107 | NEW | opportunity
customer-hotel | 周经理 | zhou.manager@lakehotel.example | +86 138 0000 1008 | VIP |
customer-gym | Leo Martins | leo@irongym.example | +44 20 7946 0109 | STANDARD | churn_risk
customer-tea | 苏茗 | su.ming@teahouse.example | +86 138 0000 1010 | STANDARD |
customer-garage | Ben Turner | ben@turnergarage.example | +1 202 555 0111 | STANDARD |
customer-books | 方书宜 | fang@pagebooks.example | +86 138 0000 1012 | NEW |
"""

POLARIS = """
other-customer | 罗先生 | luo@maplehouse.example | +86 138 0000 2001 | STANDARD |
other-tenant | Anna Fischer | anna.fischer@home.example | +44 20 7946 0202 | NEW | opportunity
"""

CUSTOMERS = {"skysail": SKYSAIL, "polaris": POLARIS}
