# 预约前告知的费用。

estimate-title = 预计费用
estimate-free = 免费：仪器所属单位未设收费标准。
estimate-in-words = 所属单位仅以文字说明收费，此处不计算，请与所属单位结算：
estimate-open = 费用取决于付款单位。请选择为哪个单位预约，再检查一次。
estimate-missing = 须由仪器所属单位先为您设定收费标准，此时段才能计费。
estimate-pays = 您需支付{ $amount }。
estimate-by = 按{ $day }的收费标准计算，适用对象：{ $class }。所属单位若调整当日标准，以新标准为准。
estimate-way = 服务方式：{ $way }。
estimate-mode-reservation = 按预约时间计费，无论是否使用。
estimate-mode-usage = 按实际使用时间计费：提前结束则少收，延长则多收。
estimate-mode-overage = 按预约时间计费，超出部分另计。
estimate-mode-larger = 按预约与使用中金额较高者计费。
estimate-minutes = { $minutes }分钟，{ $price }
estimate-off = 减{ $off }
estimate-minimum = 每次使用最低收费{ $amount }。
estimate-late = { $at }前取消免费；此后取消收费{ $amount }。
estimate-late-now = 免费取消时限已过，取消收费{ $amount }。
estimate-late-none = 取消不收费。
estimate-missed = 爽约收费{ $amount }。
estimate-missed-none = 爽约不收费。
estimate-voucher-no = 创新券不予抵扣：{ $why }
estimate-voucher-empty = 创新券余额已用完。
