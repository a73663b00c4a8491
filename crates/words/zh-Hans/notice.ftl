# 账号动态，以及谁查看过本人信息。

notice-title = 账号动态
notice-lead = 按时间倒序。如有非本人操作，请退出各设备、修改密码，并告知安全管理员。
notice-none = 暂无动态。
notice-desk-title = 您的账号有{ $count }条新动态
notice-desk-lead = 请确认是否为本人操作。
notice-read = 我已知悉
notice-unread = 新
notice-by = 由{ $name }办理
notice-signed-in-device = 在新浏览器上登录：{ $device }，网络{ $network }
notice-signed-in-network = 在新网络登录：{ $device }，网络{ $network }
notice-looks-title = 谁查看过我的信息
notice-looks-lead = 近一个月打开过您的人员页面的同事和管理员。
notice-looks-none = 无。
notice-looks-who = 查看人
notice-looks-at = 时间
notice-looks-view = 身份
notice-view-officer = 管理员
notice-view-colleague = 同事
notice-view-owner = 本人
