# 机构的控制关系，由办事机构依据登记信息录入。

control-title = 控制关系
control-lead = 受出让方控制的机构不得竞买其出让的标的。控制关系逐层传递。
control-none = 尚未录入。
control-enter = 录入控制方
control-controller-hint = 控制本机构的机构编号、统一社会信用代码或名称。
control-grounds-hint = 依据：股权、表决权、董事任免权等，及其出处。
control-column-controller = 控制方
control-column-grounds = 依据
control-column-entered = 录入时间
control-column-ended = 终止时间
control-end = 已终止

field-controller = 控制方
refusal-control-of-itself = 机构不能控制自身。
    .help = 请填写另一机构。
refusal-control-known = 该控制关系已录入。
    .help = 见上方列表。
refusal-lot-controlled = 该竞买人受出让方控制：{ $chain }。
    .help = 如情况已变更，请向办事机构出示登记信息。

control-jurisdiction = 法域
control-jurisdiction-counts = 仪器的出口管制规则适用{ $code }。
control-jurisdiction-none = 尚不明确。
control-jurisdiction-hint = 依登记信息填写ISO 3166两位字母代码，例如CN。留空时，有统一社会信用代码者视为CN。
control-jurisdiction-enter = 录入法域
