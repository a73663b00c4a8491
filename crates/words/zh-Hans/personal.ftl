# 系统保存的个人信息，供本人查看。

personal-title = 我的个人信息
personal-lead = 以下是系统保存的关于您的全部信息。日志按事项列出，涉及他人的文字不属于您，不予列出。
personal-open = 查看我的信息
personal-download = 下载JSON文件
personal-account-lead = 您可以查看、带走系统保存的关于您的全部信息，也可以申请注销。
personal-person = 人员
personal-id = 编号
personal-places = 在各单位的身份
personal-place-span = { $from }至{ $until }
personal-place-open = { $from }起
personal-sessions = 会话
personal-keys = 密钥
personal-files = 我提交的文件
personal-files-none = 无。
personal-log = 日志中关于我的记录
personal-log-kind = 事项
personal-log-at = 时间
personal-log-thing = 对象
personal-log-text = 文字
personal-by = 我的操作
personal-cut = 此处仅显示最近{ $count }条。
personal-entries = 共{ $count }条
personal-file-cut = 日志超出单个文件的容量，其余部分请向主管部门索取。
personal-holdings = 持有的股份
