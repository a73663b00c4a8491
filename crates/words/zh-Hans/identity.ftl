# 通过其他身份提供方的账号登录。

identity-title = 外部账号登录
identity-lead = 绑定外部账号后，无需本站密码即可登录。
identity-none = 尚未绑定外部账号。
identity-since = 绑定时间：{ $at }
identity-provider-gone = 已停用
identity-link = 绑定{ $name }
identity-unlink = 解除绑定{ $name }
identity-link-title = 绑定{ $name }
identity-link-lead = 请先到对方页面登录，随后自动返回。此后可用该账号以您的身份登录本站。
identity-go = 前往{ $name }
identity-cancel = 返回我的账号
identity-sign-in-title = 使用外部账号
identity-sign-in-lead = 已绑定以下任一账号的，可直接登录。
identity-sign-in-with = 使用{ $name }登录
identity-sign-in-again = 使用{ $name }重新登录
identity-carries-not = 此方式不保留您填写的内容，请先复制。
identity-proof-lead = 也可通过重新登录来验证身份。此方式不保留表单中填写的内容。
identity-accept-lead = 您也可以不设密码，直接绑定已有账号，此后用该账号登录。
identity-accept-with = 绑定{ $name }并登录
identity-no-password = 您在本站没有密码，可用已绑定的账号登录。如需设置密码，请联系管理员获取一次性链接。

refusal-identity-failed = 外部账号登录未成功。
    .help = 请从此处重新开始。如再次失败，请用密码登录，或将发生时间告知主管部门。
refusal-identity-unknown = 该账号在本站未绑定任何人员。
    .help = 请先用邮箱和密码登录，再到“我的账号”页面绑定。如已收到邀请，请先打开邀请链接。本次未创建任何内容。
refusal-identity-taken = 该账号已被绑定，不能在此再次绑定。
    .help = 请换用其他账号；如不清楚原因，请联系主管部门。
refusal-identity-linked-already = 该账号已绑定到您名下。
    .help = 无需再次操作。
refusal-identity-many = 最多可绑定{ $most }个账号。
    .help = 请先解除不再使用的绑定。
refusal-identity-last = 这是您唯一的登录方式。
    .help = 请先绑定其他账号，或联系管理员获取一次性链接设置密码。
