# 降价竞价的拍卖。

refusal-lot-not-falling = 本次拍卖不采用降价竞价。
    .help = 请阅读拍卖页面上的规则。
refusal-lot-falling-too-long = 时间表中有一段过长，或降价次数过多。
    .help = 每段至多 { $seconds } 秒，降价至多 1,000 次。
refusal-lot-falling-end = 计划结束时间与降价过程不符。
    .help = 降价共 { $seconds } 秒，计划结束时间须为开拍后同样长的时间。

field-falling = 降价时间表

lot-way-falling = 降价竞价
lot-falling-before = 首个价格即将显示
lot-falling-falling = 当前显示价格
lot-falling-sealed-pause = 已叫停，其他竞买人即将出价
lot-falling-sealed = 已叫停，其他竞买人可秘密出更高价
lot-falling-best-pause = 最后报价即将开始
lot-falling-best = 叫停者作最后报价
lot-falling-over = 竞价已结束
lot-falling-stage = 第 { $stage } 次降价，共 { $of } 次
lot-falling-stopper = { $bidder } 号竞买人已叫停
lot-falling-until = 本阶段结束于 { $at }。
lot-falling-stop = 以 { $price } 应价
lot-falling-stop-lead = 最先按下者叫停价格并受其约束。其他竞买人随后可出更高价，您有最后报价权。
lot-falling-own-wait = 您已叫停价格。请等待其他竞买人出价，您有最后报价权。
lot-falling-sealed-lead = 请出价高于叫停价格。本阶段结束前无人看到您的出价，以最后一次为准。
lot-falling-best-lead = 其他竞买人出价高于您的价格。您可作最后一次报价；不报价则维持原价。
lot-falling-own = 您在本次拍卖中的出价：{ $sum }
lot-falling-above = 须高于 { $price }。
lot-falling-take-back = 撤回出价
lot-falling-minutes = { $count } 分钟
lot-falling-seconds = { $count } 秒

lot-rule-falls = 价格按首价的 { $share } 逐次下降，每个价格持续 { $span }，最低降至 { $last }。
lot-rule-stop = 最先按下者叫停价格，并受当时显示价格的约束。无人叫停则流拍。
lot-rule-above = 此后其他竞买人有 { $span } 秘密出更高价。无人出价的，按叫停价格成交。
lot-rule-best = 随后叫停者有 { $span } 作最后报价。最高者竞得并按其报价成交；报价相同的，先到者优先。
lot-rule-short-secret = 这一短暂阶段的出价在结束前对竞买人和公众保密，但未加密，对本市管理员并不保密。
