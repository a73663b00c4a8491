# 挂牌：交易方式、许可类型，以及各种不予办理的理由。

listing-state-offered = 挂牌中
listing-state-withdrawn = 已撤牌
listing-mode-fixed-price = 一口价
listing-mode-negotiation = 协商
listing-mode-open-licence = 开放许可
listing-mode-auction = 拍卖
listing-mode-equity = 作价入股
listing-licence-assignment = 转让
listing-licence-exclusive = 独占许可
listing-licence-sole = 排他许可
listing-licence-non-exclusive = 普通许可
listing-licence-open = 开放许可
listing-term =
    { $years ->
       *[other] { $years }年
    }
listing-price-fixed-price = 价格
listing-price-negotiation = 意向价
listing-price-open-licence = 许可费
listing-price-auction = 起拍价
listing-price-equity = 估值

field-licence = 许可类型
field-royalty = 提成比例
field-term-years = 期限（年）
field-territory = 地域范围
field-field-of-use = 使用领域
field-deal-mode = 交易方式

refusal-listing-needs-price = “{ $mode }”需要填写价格。
    .help = 请填写大于零的金额：价格、起拍价或估值。
refusal-listing-needs-price-or-royalty = “{ $mode }”需要填写许可费或提成比例。
    .help = 请填写许可费（免费填0）或提成百分比。
refusal-listing-licence-unfit = “{ $mode }”不能采用“{ $licence }”。
    .help = 请更换许可类型或交易方式。
refusal-listing-term-with-assignment = 转让没有期限，权利永久转移。
    .help = 请将期限留空，或改选许可。
refusal-listing-needs-term = “{ $mode }”需要填写许可期限。
    .help = 请填写年数。
refusal-listing-needs-territory = “{ $mode }”需要填写许可地域。
    .help = 请写明国家或地区，例如“中国大陆”“全球”。
refusal-listing-term-range = 期限{ $found }年超出范围，应为1至{ $most }年。
    .help = 请填写该范围内的整数年。
refusal-listing-price-negative = 价格不能为负数。
    .help = 请去掉负号后填写。
refusal-listing-needs-reason = 未填写撤牌理由。
    .help = 请用一句话说明撤牌理由，读者可以看到。
refusal-listing-withdrawn = 该挂牌已撤回。
    .help = 请重新挂牌。
refusal-listing-technology-not-confirmed = 权利人尚未确认该技术成果。
    .help = 请先确认技术成果，再行挂牌。
refusal-listing-export-prohibited = 该技术属禁止出口，不能在此挂牌。
    .help = 如类别有误，请联系出口管理经办人。
refusal-listing-repeated = 相同的挂牌已经存在，编号{ $reference }。
    .help = 请修改该挂牌，或调整本次条件。
refusal-listing-too-many = 该技术成果已有{ $most }个挂牌。
    .help = 请撤回不再需要的挂牌。
