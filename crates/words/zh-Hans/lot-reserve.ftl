# 拍卖结束前无人知晓的保留价。

field-hidden-reserve = 保密保留价
field-hidden-drop = 已设定的保密保留价

refusal-lot-hidden-absent = 未设定保密保留价。
    .help = 请填写金额。
refusal-lot-hidden-and-told = 保留价只能公开或保密，不能兼有。
    .help = 请将其中一项留空。
refusal-lot-hidden-below-start = 保密保留价不得低于起拍价。
    .help = 请提高，或不设：低于起拍价本就无法出价。
refusal-lot-hidden-above-price = 一口价低于保密保留价。
    .help = 请提高一口价，或降低保留价。
refusal-lot-hidden-elsewhere = 只有增价竞买和密封报价可设保密保留价。
    .help = 请不要在此填写：其他方式中显示的价格会泄露它。
refusal-lot-reserve-hidden = 保密保留价尚未公布。
    .help = 请等待公布。
refusal-lot-not-committed = 这不是规则所承诺的保留价。
    .help = 请联系本市管理员核查。
refusal-lot-reserve-lost = 无法打开保密保留价。
    .help = 由办事机构终止拍卖，保证金全部退还。
