# 搜索与筛选。

filter-title = 筛选
filter-open = 筛选条件
filter-chosen = 已设{ $count }个条件
filter-set = 已选条件
filter-remove = 移除条件“{ $what }”
filter-clear = 清除全部条件
filter-from = 从
filter-to = 到
filter-any = 不限
filter-unknown = 网址中有无法识别的筛选条件，已略去：{ $names }。
filter-more = 再显示{ $count }项
filter-order = 排序
filter-why = 匹配理由
filter-where = 搜索范围
filter-everything = 全部
filter-scopes = 结果类别
filter-suggestions = 搜索建议
filter-suggestions-count =
    { $count ->
        [0] 没有建议。
       *[other] 有{ $count }条建议，可用方向键选择。
    }
filter-did-you-mean = 您是不是要找：{ $words }
