# 同事：由本单位管理员邀请、授予角色和移出。

colleague-title = { $organisation }的人员
colleague-lead = 本单位人员及其角色。可邀请同事、调整角色、移出离职人员。
colleague-invite = 邀请同事
colleague-invite-lead = 同事将收到一次性链接。已有平台账号的，使用该账号密码即可。
colleague-invited = 邀请已发出
colleague-invited-mailed = 链接已通过邮件发送至您填写的邮箱。
colleague-to-people = 返回人员列表
colleague-list = 人员
colleague-change = 调整角色
colleague-change-act = 保存角色
colleague-remove = 移出
colleague-remove-title = 确定移出{ $name }？
colleague-remove-text = 其在本单位的所有角色立即终止，并在所有设备上退出登录。仅凭本单位身份办理的任务退回给其他可办理人员，其以往记录保留。
colleague-done-removed = 该人员已不属于本单位。
colleague-done-changed = 角色已调整。
colleague-done-revoked = 邀请已撤回。
colleague-waiting = 待接受的邀请
colleague-waiting-none = 目前没有待接受的邀请。
colleague-waiting-ends = 有效期至
colleague-revoke = 撤回
colleague-you = 本人

refusal-colleague-last-administrator = 该人员是本单位最后一位管理员。
    .help = 请先将其他人员设为管理员。如已无其他人员，请联系主管部门。
refusal-colleague-role-not-yours = 该人员担任的角色由主管部门授予和终止。
    .help = 请联系主管部门。
refusal-colleague-too-many-invitations = 已有{ $most }份待接受的邀请。
    .help = 请撤回不再需要的邀请，或等其到期。
