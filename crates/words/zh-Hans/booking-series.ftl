# 重复预约。

booking-series-short = 重复预约
booking-series-title = 重复预约{ $name }
booking-series-lead = 每个时段先按规则判断；有冲突的时段会先列出，确认之前不会预约。
booking-series-look = 查看每个时段
booking-series-book = 预约{ $count }个时段
booking-series-booked = 已预约
booking-series-all = 各时段
booking-series-counts = 共{ $all }个时段，可预约{ $fine }个。请查看其余时段，或调整重复规则。
booking-series-done = 已预约{ $count }个时段。
booking-series-weeks = 周
booking-series-days = 天
booking-series-months = 月（同一日）
booking-series-field-repeats = 重复单位
booking-series-field-step = 间隔
booking-series-field-weekdays = 另在这些日子
booking-series-field-weekdays-hint = 仅按周重复时有效；首个时段所在的星期始终包括在内。
booking-series-field-times = 次数
booking-series-field-until = 或截止日期
booking-series-field-until-hint = 例如 2026-12-31。填写日期后，次数不再起作用。
booking-series-field-mode = 遇到不能预约的时段
booking-series-field-times-hint = 一年之内最多{ $most }次。
