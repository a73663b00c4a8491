# 年度机时统计。

machine-hours-title = 机时统计
machine-hours-years = 其他年份
machine-hours-lead = 由服务记录台账计算：使用时间在年度两端截断，同一仪器上重叠的分钟只计一次。
machine-hours-effective = 有效机时
machine-hours-external = 对外服务机时
machine-hours-share = 对外服务占比
machine-hours-income = 收入
machine-hours-records = 服务次数
machine-hours-evaluation = 四川省年度评价
machine-hours-evaluation-note = 拥有原值50万元及以上仪器不少于{ $count }台的单位参加评价（川科政〔2025〕10号）。均值按这些仪器计算；达到{ $hours }小时视为饱和。
machine-hours-due = 参加评价
machine-hours-not-due = 不参加评价
machine-hours-instruments = 按仪器
machine-hours-column-owner = 所属单位
machine-hours-column-large = 大型仪器数
machine-hours-column-mean = 平均机时
machine-hours-column-external-mean = 平均对外机时
machine-hours-column-share = 对外占比
machine-hours-column-income = 收入
machine-hours-column-due = 评价
machine-hours-column-instrument = 仪器
machine-hours-column-effective = 有效机时
machine-hours-column-external = 对外机时
machine-hours-column-records = 服务次数
