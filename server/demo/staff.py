"""The agents of the demo."""

from __future__ import annotations

# key | name | alias | department | title | role | presence | skills with their levels
SKYSAIL = """
lin | 林晓 | Lin Xiao | technology | 技术支持工程师 | AGENT | ONLINE | api-integration 3, mobile-app 4
wang | 王志远 | Wang Zhiyuan | technology | API 专家 | AGENT | ONLINE | api-integration 5, databases 4, networks 3
zhao | 赵敏华 | Zhao Minhua | technology | 技术支持主管 | SUPERVISOR | ONLINE | networks 4, account-security 4
chen | 陈立 | Chen Li | technology | 后端工程师 | AGENT | ONLINE | databases 5, api-integration 4
gao | 高翔 | Gao Xiang | technology | 网络工程师 | AGENT | DO_NOT_DISTURB | networks 5
tang | 唐宁 | Tang Ning | technology | 移动端工程师 | AGENT | OFFLINE | mobile-app 5, product-setup 2
xu | 徐峰 | Xu Feng | technology | 安全工程师 | AGENT | ONLINE | account-security 5, networks 3, databases 2
sun | 孙悦 | Sun Yue | technology | 技术支持工程师 | AGENT | BUSY | mobile-app 3, product-setup 4
luo | 罗佳 | Luo Jia | technology | 技术支持工程师 | AGENT | ONLINE | api-integration 2
oliver | Oliver Grant | | technology | Support engineer | AGENT | AWAY | networks 4, mobile-app 2
priya | Priya Nair | | technology | Integration engineer | AGENT | ONLINE | api-integration 5, account-security 2
emma | Emma Clarke | | technology | Support engineer | AGENT | ONLINE | product-setup 3, databases 2
daniel | Daniel Moore | | technology | Database engineer | AGENT | BUSY | databases 4
he | 何静 | He Jing | product | 产品主管 | SUPERVISOR | ONLINE | product-setup 5, pricing 3, solutions 3
feng | 冯涛 | Feng Tao | product | 产品经理 | AGENT | ONLINE | product-setup 4, mobile-app 3
deng | 邓倩 | Deng Qian | product | 产品运营 | AGENT | ONLINE | product-setup 3, retention 2
cao | 曹宇 | Cao Yu | product | 产品经理 | AGENT | BUSY | mobile-app 4
lucas | Lucas Meyer | | product | Product manager | AGENT | ONLINE | product-setup 4, api-integration 2, solutions 3
sofia | Sofia Rossi | | product | Product specialist | AGENT | AWAY | product-setup 5, mobile-app 2, retention 1
hannah | Hannah Weiss | | product | Onboarding specialist | AGENT | OFFLINE | product-setup 4
zhou | 周建国 | Zhou Jianguo | commercial | 商务主管 | SUPERVISOR | ONLINE | pricing 5, contracts 4, solutions 4
wu | 吴婷 | Wu Ting | commercial | 客户经理 | AGENT | ONLINE | pricing 4, retention 4, solutions 5
guo | 郭磊 | Guo Lei | commercial | 客户经理 | AGENT | ONLINE | pricing 3, contracts 2
ma | 马丽 | Ma Li | commercial | 大客户经理 | AGENT | BUSY | retention 5, pricing 4, solutions 4
james | James Porter | | commercial | Account manager | AGENT | ONLINE | pricing 4, contracts 3, solutions 4
isabel | Isabel Costa | | commercial | Account manager | AGENT | ONLINE | retention 3, solutions 3
nora | Nora Lindqvist | | commercial | Renewals manager | AGENT | OFFLINE | contracts 4, retention 4
qian | 钱文 | Qian Wen | finance | 财务主管 | SUPERVISOR | ONLINE | billing 5, invoices 5
zheng | 郑爽 | Zheng Shuang | finance | 账务专员 | AGENT | ONLINE | invoices 4, billing 3
shen | 沈浩 | Shen Hao | finance | 账务专员 | AGENT | ONLINE | billing 4
xie | 谢婉 | Xie Wan | finance | 发票专员 | AGENT | AWAY | invoices 5
amelia | Amelia Brooks | | finance | Billing specialist | AGENT | ONLINE | billing 4, pricing 2
henry | Henry Adams | | finance | Billing specialist | AGENT | BUSY | billing 3, invoices 2
mei | 梅雪 | Mei Xue | customer-service | 客服专员 | AGENT | ONLINE | returns 4, complaints 3
liang | 梁敏 | Liang Min | customer-service | 客服主管 | SUPERVISOR | ONLINE | complaints 5, retention 4
jing | 景文 | Jing Wen | customer-service | 客服专员 | AGENT | ONLINE | returns 3, logistics 4
bo | 薄云 | Bo Yun | customer-service | 资深客服 | AGENT | ONLINE | complaints 5, returns 5, logistics 3
yuan | 袁圆 | Yuan Yuan | customer-service | 客服专员 | AGENT | BUSY | logistics 5
fan | 范晨 | Fan Chen | customer-service | 见习客服 | AGENT | ONLINE | returns 1
grace | Grace Hill | | customer-service | Customer care specialist | AGENT | ONLINE | complaints 4, retention 3
tom | Tom Walker | | customer-service | Customer care specialist | AGENT | AWAY | logistics 3, returns 2
lily | Lily Evans | | customer-service | Customer care specialist | AGENT | DO_NOT_DISTURB | complaints 3
admin | 安迪 | Andy An | customer-service | 系统管理员 | ADMIN | ONLINE | account-security 3
song | 宋涵 | Song Han | legal | 法务主管 | SUPERVISOR | ONLINE | contracts 5, privacy 5, legal-risk 5
pan | 潘石 | Pan Shi | legal | 法务专员 | AGENT | ONLINE | contracts 4, legal-risk 4
ye | 叶青 | Ye Qing | legal | 合规专员 | AGENT | BUSY | privacy 4, complaints 2, legal-risk 4
victor | Victor Hale | | legal | Counsel | AGENT | ONLINE | contracts 4, privacy 3, legal-risk 5
clara | Clara Jensen | | legal | Privacy officer | AGENT | ONLINE | privacy 5, legal-risk 2
expert | 莫言川 | Mo Yanchuan | external-experts | 独立安全顾问 | AGENT | ONLINE | account-security 5, privacy 4
laurent | Laurent Dubois | | external-experts | Independent database consultant | AGENT | OFFLINE | databases 5
"""

POLARIS = """
other | 欧阳雪 | Ouyang Xue | customer-service | 客服专员 | AGENT | ONLINE | returns 4
other-supervisor | 石磊 | Shi Lei | customer-service | 客服主管 | SUPERVISOR | ONLINE | returns 3, installation 3
other-admin | Ruth Palmer | | customer-service | Administrator | ADMIN | OFFLINE | returns 1
other-colleague | 白露 | Bai Lu | customer-service | 客服专员 | AGENT | ONLINE | returns 5
other-engineer | Max Berger | | technology | Installation engineer | AGENT | BUSY | installation 5
other-fitter | 田野 | Tian Ye | technology | 安装师傅 | AGENT | AWAY | installation 4
"""

AGENTS = {"skysail": SKYSAIL, "polaris": POLARIS}
