"""The organizations of the demo, their departments and what people there can be good at."""

from __future__ import annotations

# key | name | service | avatar of the service
ORGANIZATIONS = """
skysail | 云帆服务 / Skysail Service | 云帆客服 Skysail Care | https://skysail.example/service.png
polaris | 北辰家居 / Polaris Home | 北辰管家 Polaris Help | https://polaris.example/service.png
"""

# organization | slug | name | outside experts | supervisors
DEPARTMENTS = """
skysail | technology | 技术支持 / Technology | no | zhao
skysail | product | 产品 / Product | no | he
skysail | commercial | 商务 / Commercial | no | zhou
skysail | finance | 财务 / Finance | no | qian
skysail | customer-service | 客户服务 / Customer Service | no | liang, admin
skysail | legal | 法务 / Legal | no | song
skysail | external-experts | 外部专家 / External Experts | yes | zhao, song
polaris | customer-service | 客户服务 / Customer Service | no | other-supervisor
polaris | technology | 安装与维修 / Installation and Repair | no | other-supervisor
"""

# organization | slug | name
SKILLS = """
skysail | api-integration | API integration
skysail | databases | 数据库 Databases
skysail | networks | Network and VPN
skysail | account-security | 账户安全 Account security
skysail | mobile-app | Mobile app
skysail | product-setup | Product setup
skysail | returns | 退换货
skysail | logistics | 物流配送
skysail | complaints | 投诉处理
skysail | retention | Customer retention
skysail | pricing | 报价与折扣
skysail | billing | 账单与计费
skysail | invoices | 发票 Invoices
skysail | contracts | 合同 Contracts
skysail | privacy | Privacy and data protection
skysail | legal-risk | 法律与合规 Legal and compliance
skysail | solutions | 方案与演示 Solutions and demos
polaris | returns | 退换货
polaris | installation | 安装 Installation
"""

# organization | key | name
INTEGRATIONS = """
skysail | integration | Skysail website chat
polaris | other-integration | Polaris shop chat
"""
