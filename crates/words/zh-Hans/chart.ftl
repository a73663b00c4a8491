# 图表、数据、二维码。

chart-table = 数据表
chart-csv = CSV
chart-method = 方法说明
chart-figures = 同一数据的表格
chart-preliminary = 初步数
chart-revised = 修订数
chart-final = 最终数
chart-target = 目标{ $value }
chart-up = 上升{ $value }
chart-down = 下降{ $value }
chart-same = 持平
chart-qr = { $address }的二维码
chart-broken-axis = 坐标轴不从零开始。
