# 可见级别、币种、状态。

label-title = 可见范围
label-level-public = 公开
label-level-registered = 注册用户可见
label-level-members = 成员可见
label-level-restricted = 限定人员可见
label-level-public-hint = 所有人均可查看。
label-level-registered-hint = 登录用户均可查看。
label-level-members-hint = 仅本市成员单位人员可查看，查看均有记录。
label-level-restricted-hint = 仅指定人员可查看，查看均有记录。
label-jurisdiction = 仅限{ $names }
label-jurisdiction-none = 任何法域均不可
label-currency-cny = 元
label-currency-usd = 美元
label-currency-eur = 欧元
label-currency-gbp = 英镑
label-currency-hkd = 港元
label-currency-jpy = 日元
label-currency-chf = 瑞士法郎
label-state-ok = 已完成
label-state-now = 进行中
label-state-wait = 等待中
label-state-problem = 有问题
label-state-later = 未开始
label-invented = 演示虚构
