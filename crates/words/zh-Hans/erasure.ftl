# 个人信息：查看、导出与注销。

erasure-name = 已注销人员
erasure-title = 注销该账号
erasure-own-title = 注销我的账号
erasure-lead = 注销后不能恢复。您的个人信息将被删除，履职记录保留，但不再显示姓名。
erasure-goes-title = 以下内容立即删除
erasure-goes-name = 姓名、电子邮箱和语言
erasure-goes-access = 密码、双重验证、恢复码、会话、密钥和链接
erasure-goes-clearance = 查阅权限；在各单位的身份随即终止
erasure-goes-texts = 日志中关于该人员的文字{ $count }条
erasure-stays-title = 以下内容保留及其原因
erasure-stays-log = 日志条目保留，文字删除，姓名以编号代替：法律要求留存日志，且日志须保持完整，以证明未被改写。
erasure-stays-work = 以单位名义填写的内容，如成果的发明人和联系人：属于该单位，由该单位修改。
erasure-stays-looks = 受限内容的查看记录：责任人须能够说明。
erasure-stays-backup = 此前的备份，保留至备份更新。
erasure-open-title = 请先移交以下事项
erasure-typed-hint = 请输入{ $email }以确认。
erasure-do = 永久注销
erasure-done-title = 账号已注销
erasure-done-text = 该账号不能再登录，姓名已删除。感谢您的使用。
erasure-link = 注销我的账号…
erasure-person-link = 注销该人员…

field-typed = 电子邮箱

refusal-erasure-done = 该账号已注销。
    .help = 无需办理。
refusal-erasure-operator = 该账号为平台自有账号，命令以其身份执行。
    .help = 不能注销，可修改其名称和邮箱。
refusal-erasure-role = 请先移交角色“{ $role }”。
    .help = 由他人接任后，在人员页面终止该角色。
refusal-erasure-imports = 尚有{ $count }项导入未完成。
    .help = 请先完成或撤销。
refusal-erasure-tasks = 尚有{ $count }项经办事项未办结。
    .help = 请先办结、转交或退回待领取。
refusal-erasure-typed = 与该账号的邮箱不一致。
    .help = 请按显示的邮箱输入。
