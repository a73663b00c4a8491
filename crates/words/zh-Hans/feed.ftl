# 订阅源。

feed-title = 技术成果：{ $filter } · 领航
