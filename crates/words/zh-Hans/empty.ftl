# 空状态。

empty-list = 这里还没有内容。
empty-results = 没有符合条件的结果。
empty-results-hint = 请减少或更换关键词，或移除筛选条件。
empty-results-without = 移除“{ $filter }”后有{ $count }条结果
empty-results-watch = 有新结果时提醒我
empty-desk = 没有待办事项，难得清闲。
empty-notices = 没有新消息。
empty-documents = 尚未添加文件。
empty-history = 还没有任何记录。
