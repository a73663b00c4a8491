# 工作日：主管机构对个别日期的安排。

workday-title = 工作日
workday-lead = 周一至周五为工作日；法定节假日和调休以国务院通知为准。本市可对个别日期另作安排，并在此公布。
workday-limits = 拍卖后的签约期限、定价核查期限和成交公示期限均按工作日计算。日期有变动的，期限重新计算，原截止时间和新截止时间在此处及拍卖页面公布。已公布的截止时间不会提前。
workday-enter = 变更日期
workday-changes = 已变更的日期
workday-none = 没有与法定安排不同的日期。
workday-becomes-rest = 休息日
workday-becomes-work = 工作日
workday-becomes-usual = 按法定安排
workday-column-day = 日期
workday-column-becomes = 改为
workday-column-reason = 理由
workday-column-said = 公布时间
workday-column-moved = 顺延的签约期限
workday-recounted = { $day }：{ $becomes }（{ $reason }）。签约截止时间由 { $before } 改为 { $after }。
field-becomes = 日期性质
refusal-workday-past = 该日已经开始：今天是 { $on }。
    .help = 请填写今天以后的日期；已过的日期不再重新计算。
refusal-workday-too-far = 该日在 { $on } 之后。
    .help = 请填写未来三年内的日期。
refusal-workday-as-is = 该日已是如此。
    .help = 请选择其他日期或其他性质。
refusal-workday-full = 日历已有 { $most } 项变更，不再接受。
    .help = 请联系运营人员。
