# 对拍卖的投诉及其引起的中止。

complaint-state-pending = 已收到
complaint-state-accepted = 正在审查
complaint-state-satisfied = 投诉成立，待处理
complaint-state-resolved = 已处理
complaint-state-declined = 已驳回
complaint-state-invalid = 不予受理
complaint-state-withdrawn = 已撤回
complaint-move-accept = 受理：拍卖中止
complaint-move-dismiss = 不予受理
complaint-move-satisfy = 投诉成立
complaint-move-decline = 驳回
complaint-move-resolve = 已处理：拍卖继续
complaint-own = 您的投诉
complaint-all = 投诉
complaint-none = 尚无投诉。
complaint-lodge = 提出投诉
complaint-lodge-lead = 请说明本次拍卖有何问题、应如何处理。仅机构工作人员可以阅读，其他竞买人和出让方看不到。作出决定前成交结果暂停；工作人员受理后拍卖本身也中止。时限相应顺延。
complaint-withdraw = 撤回投诉
complaint-reply = 答复：
complaint-reply-hint = 投诉人可以看到。作出决定时必填。
complaint-lot-stands = 因投诉，拍卖中止，各时限相应顺延。
complaint-award-stands = 因投诉，成交结果暂停，签约期限相应顺延。

field-complaint = 投诉
field-decision = 决定
field-reply = 答复

refusal-complaint-too-late = 本次拍卖及其成交手续已经结束。
    .help = 请联系工作人员。
refusal-complaint-not-a-bidder = 只有报名竞买的单位可以在此投诉。
    .help = 请先报名竞买，或联系工作人员。
refusal-complaint-known = 本单位已有一件未决投诉。
    .help = 请等待决定，或撤回该投诉。
refusal-complaint-full = 同时未决的投诉不能超过 { $most } 件。
    .help = 请联系工作人员。
refusal-complaint-moved = 投诉的状态已经变化。
    .help = 请重新打开页面。
refusal-complaint-own-house = 您属于其中一方。
    .help = 请由与此事无关的同事决定。
refusal-lot-standstill = 因投诉暂停。
    .help = 请等待投诉的决定。

complaint-appeal = 提出异议
complaint-appeal-lead = 请说明不应终止拍卖的理由。仅办事机构可见，其他竞买人和出让方看不到。异议处理期间不会终止拍卖；异议成立则拍卖继续，时间不受损失。
refusal-lot-cancellation-pending = 本次拍卖的终止正在等待异议期结束。
    .help = 请等待其生效，或先处理异议。
field-grounds = 依据
complaint-appeal-field = 异议理由
