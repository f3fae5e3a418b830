"""The words by which the demo's skills are recognised, in Chinese and English, and the topic of each skill."""

from __future__ import annotations

# organization | skill | topic | keywords
KEYWORDS = """
skysail | api-integration | technical | 接口, 对接, 集成, 联调, 回调, 推送, 签名, 密钥, 鉴权, 超时, 报错, 错误码, 请求, 调用, 第三方系统, 网关, API, SDK, webhook, callback, endpoint, request, integration, integrate, connect, ERP, CRM, token, timeout, gateway, 400, 401, 403, 404, 429, 500, 502, 503, 504, error code, signature, developer, sandbox
skysail | databases | technical | 数据库, 慢查询, 查询, 索引, 备份, 恢复, 数据, 数据丢失, 历史数据, 数据对不上, 重复记录, 记录, 报表, 导出, 导入, 同步, 迁移, 死锁, 连接池, 卡顿, database, SQL, query, index, slow, backup, restore, record, data, lost data, duplicate, export, import, report, migration, replication, deadlock
skysail | networks | technical | 网络, 断网, 宽带, 连不上, 掉线, 断线, 延迟, 专线, 防火墙, 端口, 路由, 路由器, 丢包, 带宽, 服务器, 无线, 网线, VPN, WiFi, network, connection, latency, ping, firewall, port, traffic, router, proxy, DNS, drop, disconnect, offline, tunnel, bandwidth, internet, server
skysail | account-security | technical | 账号, 账户, 登录, 登不上, 密码, 被盗, 盗号, 异地登录, 陌生, 验证码, 权限, 锁定, 冻结, 离职, 黑客, 钓鱼, 诈骗, 两步验证, account, password, login, log in, sign in, signed in, sign-in, two-factor, authenticator, verification code, code, lock, locked, hacked, suspicious, stolen, access right, permission, phishing, scam
skysail | mobile-app | technical | 手机, 安卓, 苹果手机, 鸿蒙, 闪退, 崩溃, 白屏, 通知, 推送, 应用商店, 扫码, 小程序, 下载, 更新, 客户端, APP, mobile, app, Android, iPhone, iPad, iOS, phone, crash, white screen, push, notification, tablet, app store, update, download
skysail | product-setup | technical | 开通, 配置, 设置, 后台, 功能, 使用, 使用方法, 怎么用, 教程, 说明书, 模板, 上手, 初始化, 修改, 打印, 打印机, 小票, set up, setup, configure, configuration, settings, template, feature, tutorial, manual, onboarding, how to use, get started, booking page, receipt, print, printer, customise
skysail | returns | complaint | 退货, 换货, 退换货, 退款, 退钱, 划痕, 破损, 坏了, 瑕疵, 尺码, 尺寸, 质量, 质量问题, 保修, 维修, 七天无理由, 换新, return, exchange, refund, send back, broken, damaged, faulty, defective, defect, scratch, warranty, repair, wrong size, replace, replacement, money back
skysail | logistics | after-sales | 物流, 快递, 包裹, 发货, 送货, 送到, 配送, 签收, 丢件, 司机, 运单, 运费, 仓库, 延误, 冷藏车, 派送, 地址, delivery, deliver, delivered, parcel, package, courier, carrier, shipping, shipment, tracking, depot, driver, warehouse, late, arrive, address
skysail | complaints | complaint | 投诉, 态度, 领导, 主管, 差劲, 太差, 推诿, 敷衍, 说法, 生气, 气人, 愤怒, 道歉, 赔礼, 不负责, 没人管, 没人理, 骗人, 服务差, 受不了, complaint, complain, manager, supervisor, furious, angry, rude, unacceptable, worst, apology, apologise, terrible, disgrace, ignored, fed up, hung up
skysail | retention | retention | 续费, 不续, 取消, 失望, 别家, 竞争对手, 换供应商, 供应商, 流失, 不用了, 不再, 停用, 退订, 离开, 挽留, 考虑, cancel, leave, leaving, another provider, competitor, better offer, switch, unsubscribe, subscription, disappointed, churn, close everything, no longer
skysail | pricing | business | 价格, 价钱, 报价, 折扣, 优惠, 便宜, 多少钱, 套餐, 费用, 采购, 批量, 专业版, 企业版, 年付, 涨价, price, pricing, price list, quote, discount, cost, how much, plan, cheaper, expensive, offer, seat, yearly, licence, upfront
skysail | billing | business | 账单, 扣款, 扣费, 扣, 重复扣, 计费, 付款, 支付, 信用卡, 银行卡, 美元, 人民币, 欠费, 服务费, 费用, 流水, 对账, 余额, bill, billing, charge, charged, charged twice, payment, pay, card, bank, fee, statement, balance, overcharged, currency
skysail | invoices | business | 发票, 开票, 抬头, 专票, 普票, 税号, 税率, 红冲, 作废, 电子发票, 重开, 报销, invoice, VAT, tax, company name, tax number, accountant, receipt
skysail | contracts | business | 合同, 协议, 条款, 违约, 违约金, 续签, 签约, 签字, 签署, 期限, 到期, 终止, 解约, 盖章, contract, agreement, clause, term, termination, terminate, renewal, renew, sign the, signed by, penalty, notice period, amendment
skysail | privacy | legal | 隐私, 个人信息, 个人资料, 客户资料, 资料, 泄露, 外泄, 删除, 注销, 数据保护, 第三方, 授权, privacy, GDPR, personal data, data protection, erase, delete, deletion, breach, leak, consent, patient, copy of data, store about
skysail | legal-risk | legal | 法律, 法务, 律师, 律师函, 起诉, 法院, 诉讼, 合规, 违法, 监管, 举报, 消费者协会, 工商, 市场监管, 赔偿, 索赔, 仲裁, legal, legal action, lawyer, sue, court, lawsuit, comply, compliance, regulation, regulator, authority, liable, liability, damages, arbitration
skysail | solutions | sales | 演示, 讲解, 方案, 定制, 合作, 谈判, 商机, 招标, 选型, 集团, 开店, 扩店, 新店, 试用, 试点, 大客户, demo, demonstration, solution, tailored, custom, proposal, negotiate, negotiation, partnership, tender, trial, pilot, expansion, opportunity, presentation, board
polaris | returns | complaint | 退货, 换货, 退款, 色差, 破损, 质量, 投诉, return, refund, exchange, damaged, colour, complaint
polaris | installation | technical | 安装, 组装, 维修, 上门, 师傅, 螺丝, install, installation, assemble, assembly, fitter, repair, technician
"""
