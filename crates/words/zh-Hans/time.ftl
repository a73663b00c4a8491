# 时刻与时间间隔。

time-moment = { $date } { $time }（{ $zone }）
time-stamp = { $date } { $time }
time-zoned = { $title }（{ $zone }）
time-range = { $first }至{ $last }
time-now = 刚刚
time-in-minutes = { $count }分钟后
time-in-hours = { $count }小时后
time-in-days = { $count }天后
time-ago-minutes = { $count }分钟前
time-ago-hours = { $count }小时前
time-ago-days = { $count }天前
time-zone = 时间均为当地时间（{ $zone }）。
