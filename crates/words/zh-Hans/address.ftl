# 更换本人账号的电子邮箱。

address-title = 电子邮箱
address-lead = 申请更换邮箱时需重新验证身份。新邮箱在您点按发往该处的链接并确认后生效；在此之前仍用原邮箱登录。
address-now = 您用 { $address } 登录。
address-new = 新邮箱
address-new-hint = 我们会向该处发送链接，一天内有效，并通知原邮箱。
address-ask = 发送链接
address-waits = 尚未确认
address-waits-lead = 已向 { $address } 发信，链接有效期至 { $until }。
address-drop = 保留原邮箱
address-done-asked = 请查看新邮箱的来信。
address-done-dropped = 保留原邮箱。
address-no-mail = 本市目前不发送邮件：信件会等待发出，而链接仍只在一天内有效。
address-open = 更换电子邮箱
address-confirm-title = 确认新的电子邮箱
address-confirm-lead = 此后您用它登录，所有信件都发往该处。
address-confirm = 使用此邮箱

refusal-address-same = 这已经是您的邮箱。
    .help = 请填写今后要使用的邮箱。
refusal-address-link-gone = 此链接已失效。
    .help = 链接一天内有效，仅供申请人本人使用一次。请在账号页面重新申请。
