# 收到邀请的人看到的内容。

invitation-title = 加入{ $organisation }的邀请
invitation-lead = 邀请您担任：{ $role }。本邀请发给{ $email }，有效期至{ $at }。
invitation-known = 该邮箱已有账号，请输入该账号的密码接受邀请。
invitation-new = 该邮箱尚无账号，请填写姓名并设置密码。
invitation-name = 您的姓名
invitation-accept = 接受邀请
invitation-not-mine = 如您不了解该单位，请关闭本页，不会发生任何变化。
invitation-accepted = 您已加入{ $organisation }
invitation-accepted-next = 请使用您的邮箱登录。

refusal-invitation-password-wrong = 密码与该邮箱的账号不符。
    .help = 请输入您在平台登录所用的密码；如已遗忘，请向主管部门索取重置链接。
