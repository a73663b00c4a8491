# 错误页面。

error-not-found-title = 找不到这个页面
error-not-found-text = 网址可能有误，或该内容不对您开放。两种情况的答复相同。
error-not-allowed-title = 您无权进行此操作
error-not-allowed-text = 您的角色不包含此项权限，可联系产权单位经办人或主管部门。
error-sign-in-title = 请登录后继续
error-sign-in-text = 登录期间，已填写的内容会保留。
error-own-title = 系统出现故障
error-own-text = 已保存的内容没有丢失。请重试，如仍出错，请将下方编号告知我们。
error-own-number = 故障编号
error-busy-title = 当前访问量较大
error-busy-text = 您的请求尚未执行，请几秒后重试。
error-read-only-title = 目前只能查看
error-read-only-text = 存储空间将满，管理员已收到通知，数据没有丢失。
error-method-title = 该网址不支持此操作
error-method-text = 请返回，使用页面上的按钮操作。
error-home = 返回首页
error-back = 返回上一页
error-search = 搜索看看
error-unknown-title = 尚不确定是否已办理
error-unknown-text = 请原样重新提交：系统会返回首次结果，不会重复执行。
error-conflict-title = 已被他人抢先
error-conflict-text = 您的内容未保存，变化见下方。
error-refused-title = 无法办理
error-refused-text = 全部原因及解决办法如下。
