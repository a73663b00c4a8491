# 竞得后逾期未签约

lot-default-fell = 竞得后逾期未签约（{ $at }），不得再次竞买该成果。
lot-default-lifted = 已于 { $at } 解除：
lot-default-lift = 准许再次竞买
lot-default-lift-hint = 请写明准许的理由，理由将记入日志。
refusal-lot-default-same = 该单位曾在拍卖 { $reference } 中竞得，但逾期未签约（{ $at }），不得再次竞买同一成果。
    .help = 如有正当理由，请向拍卖经办部门说明，由其决定是否解除。
refusal-lot-default-often = 该单位竞得后逾期未签约已达 { $found } 次，自 { $at } 起方可再次竞买。
    .help = 如其中某次有正当理由，请向该次拍卖的经办部门说明，由其决定是否解除。
refusal-lot-default-none = 该竞买人在此没有未签约记录，或记录已解除。
    .help = 请重新加载页面。
