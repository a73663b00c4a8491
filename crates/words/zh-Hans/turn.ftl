# 仪器现场排队。
refusal-turn-no-queue = 该仪器不设排队。
    .help = 请预约机时，或询问工作人员。
refusal-turn-free-now = 现在空闲，无需排队。
    .help = 请直接在仪器旁开始使用。
refusal-turn-already = 您已在队列中。
    .help = 一个位置即可。
refusal-turn-too-many = 一个队列最多 { $most } 人。
    .help = 请稍后再来。
refusal-turn-over = 您已不在队列中。
    .help = 请重新排队。
turn-state-waiting = 等候中
turn-state-called = 已叫号
turn-page-title = { $name } 的排队
turn-page-count = { $count ->
    [0] 无人排队。
   *[other] { $count } 人排队。
}
turn-page-in-use = 使用中
turn-page-free = 空闲
turn-page-paused = 因预约暂停叫号
turn-page-own = 您的位置
turn-page-place = 您排在第 { $place } 位。
turn-page-called = 轮到您了：仪器为您保留至 { $at }。
turn-page-begin = 开始使用
turn-page-join = 加入排队
turn-page-leave = 退出排队
turn-page-sign-in = 登录后排队
turn-page-go = 现在空闲：请在仪器旁开始使用
turn-page-you = 您
turn-page-somebody = 他人
turn-page-line = 队列
turn-page-head-place = 位置
turn-page-head-who = 人员
turn-page-head-since = 排队时间
turn-page-head-state = 状态
turn-page-order = 调整顺序
turn-page-order-send = 调整
turn-page-short = 排队
turn-field-turn = 人员
turn-field-before = 排在谁之前（留空为排到最后）
turn-field-reason = 原因
