# 轮次竞价：先秘密报首价，再按次序轮流报价。

field-rounds = 轮数
field-rounds-offers = 接受首价的时间
field-rounds-turn = 每次机会
field-rounds-pause = 首轮前的停顿
field-rounds-between = 两轮之间的停顿

refusal-lot-not-in-rounds = 本次拍卖不采用轮次竞价。
    .help = 请阅读拍卖页面上的规则。
refusal-lot-rounds-span = 轮次中的一项时间过短或过长。
    .help = 须在 { $least } 秒至 { $most } 秒之间。
refusal-lot-rounds-number = 轮数不符合要求。
    .help = 须为一轮至 { $most } 轮，通常为三轮。
refusal-lot-rounds-end = 计划结束时间与各轮不符。
    .help = 两位竞买人完成各轮共需 { $seconds } 秒，计划结束时间须为开拍后同样长的时间。

lot-rounds-best = 最高报价
lot-rounds-soon = { $at } 起接受首价。{ $opens } 开始轮次竞价。
lot-rounds-offers = 首价接受至 { $at }，此前无人可见。
lot-rounds-pause = 第 { $round } 轮于 { $at } 开始，{ $bidder } 号竞买人先报价。
lot-rounds-turn = 第 { $round } 轮：轮到 { $bidder } 号竞买人报价，至 { $at } 止。
lot-rounds-over = 各轮均已结束。
lot-rounds-table = 现有报价，由高到低
lot-rounds-bidder = 竞买人
lot-rounds-offer = 报价
lot-rounds-place = 本轮次序
lot-rounds-you = 本人
lot-rounds-moves = 正在报价
lot-rounds-no-offer = 您未报首价，不参加轮次竞价。
lot-rounds-stands = 您现有的报价：{ $sum }
lot-rounds-wait = 请等候本轮轮到您。
lot-rounds-wait-next = 您在本轮的机会已过。下一轮将重新排定次序。
lot-rounds-least = 不低于 { $sum }。
lot-rounds-bid-least = 报价 { $sum }
lot-rounds-offers-title = 您的首价
lot-rounds-offers-lead = 轮次竞价开始之前只有您能看到。未报首价者不参加轮次竞价。
lot-rounds-offers-held = 您的首价：{ $sum }
lot-rounds-offers-act = 提交首价
lot-rounds-offers-back = 撤回首价
lot-rounds-turn-title = 轮到您报价
lot-rounds-turn-lead = 可以提高您自己的报价，也可以不作报价、维持原价。本次机会结束前可以更换或撤回，此前无人可见。
lot-rounds-turn-held = 您本次的报价：{ $sum }，在本次机会结束时生效。
lot-rounds-turn-act = 报价
lot-rounds-turn-back = 撤回本次报价
