# 技术成果统计。

counts-title = 技术成果统计
counts-lead = 按您此刻有权查看的全部成果统计，每个数字均可查看明细。
counts-total = 技术成果（项）
counts-filter = 范围：{ $filter }。
counts-series = 项数
counts-key = 键
counts-others = 其余合计
counts-by-field = 按技术领域
counts-by-owner = 按权利人
counts-by-trl = 按技术成熟度
counts-by-status = 按权利状态
counts-by-mode = 按挂牌交易方式
counts-by-year = 按首次公布或申请年份
counts-sentence = “{ $name }”最多，为{ $count }项，共{ $total }项。
counts-several = 一项成果在此可能计入多次，也可能不计入。
counts-missing = 另有{ $count }项未填写。
